-- One row per log × silence of 90 seconds or more: between two lines, or from a window's end to the nearest line.
-- Lengths are in microseconds, so that engines count alike. Shorter silences are only counted: the shortest that is
-- ever suspected is ten times as long.

with

incident as (

    select * from landed_incident

),

pairs as (

    select
        log,
        earliest_at as from_at,
        lead(earliest_at) over (partition by log order by earliest_at nulls last) as until_at

    from stg_events

),

logs as (

    select
        log,
        min(from_at) as first_at,
        max(from_at) as last_at,
        sum(case when until_at > from_at then 1 else 0 end) as silence_count

    from pairs

    group by log

),

silences as (

    select
        log,
        from_at,
        until_at,
        false as is_edge

    from pairs

    where until_at >= from_at + interval 90 seconds

    union all

    select
        logs.log,
        incident.window_start_at as from_at,
        logs.first_at as until_at,
        true as is_edge

    from logs
    cross join incident

    where logs.first_at >= incident.window_start_at + interval 90 seconds

    union all

    select
        logs.log,
        logs.last_at as from_at,
        incident.window_end_at as until_at,
        true as is_edge

    from logs
    cross join incident

    where incident.window_end_at >= logs.last_at + interval 90 seconds

),

measured as (

    select
        *,
        unix_micros(from_at) as from_microsecond,
        unix_micros(until_at) as until_microsecond,
        unix_micros(until_at) - unix_micros(from_at) as microsecond_count

    from silences

)

select
    measured.log,
    measured.from_at,
    measured.until_at,
    measured.is_edge,
    measured.from_microsecond,
    measured.until_microsecond,
    measured.microsecond_count,
    row_number() over (
        partition by measured.log
        order by measured.microsecond_count desc nulls last, measured.from_at nulls last
    ) as length_number,
    logs.silence_count,
    unix_micros(logs.first_at) as first_microsecond,
    unix_micros(logs.last_at) as last_microsecond

from measured
inner join logs on logs.log = measured.log
