-- One row per log × silence: between two lines that follow each other, and from the window's ends to the nearest line.
-- Lengths are in microseconds, so that engines count alike.

with

incident as (

    select * from landed_incident

),

instants as (

    select distinct
        log,
        earliest_at as happened_at

    from stg_events

),

pairs as (

    select
        log,
        happened_at as from_at,
        lead(happened_at) over (partition by log order by happened_at nulls last) as until_at

    from instants

),

ends as (

    select
        log,
        min(happened_at) as first_at,
        max(happened_at) as last_at

    from instants

    group by log

),

silences as (

    select
        log,
        from_at,
        until_at,
        false as is_edge

    from pairs

    where until_at is not null

    union all

    select
        ends.log,
        incident.window_start_at as from_at,
        ends.first_at as until_at,
        true as is_edge

    from ends
    cross join incident

    where ends.first_at > incident.window_start_at

    union all

    select
        ends.log,
        ends.last_at as from_at,
        incident.window_end_at as until_at,
        true as is_edge

    from ends
    cross join incident

    where ends.last_at < incident.window_end_at

),

measured as (

    select
        *,
        unix_micros(until_at) - unix_micros(from_at) as microsecond_count

    from silences

)

select
    log,
    from_at,
    until_at,
    is_edge,
    unix_micros(from_at) as from_microsecond,
    unix_micros(until_at) as until_microsecond,
    microsecond_count,
    row_number() over (
        partition by log
        order by microsecond_count desc nulls last, from_at nulls last
    ) as length_number,
    sum(case when is_edge then 0 else 1 end) over (partition by log) as silence_count

from measured
