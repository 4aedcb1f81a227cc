-- One row per log × stretch of the window of which something is known: declared, shown by the log, or suspected.

with

incident as (

    select * from landed_incident

),

statuses as (

    select * from stg_coverage_statuses

),

stretches as (

    select
        log,
        from_at,
        until_at,
        status as declared_status,
        cast(null as integer) as shown_rank,
        false as is_silent

    from landed_coverage

    union all

    select
        shown.log,
        shown.from_at,
        shown.until_at,
        cast(null as varchar) as declared_status,
        statuses.status_rank as shown_rank,
        false as is_silent

    from int_shown_stretches as shown
    inner join statuses on statuses.status = shown.status

    union all

    select
        log,
        from_at,
        until_at,
        cast(null as varchar) as declared_status,
        cast(null as integer) as shown_rank,
        true as is_silent

    from int_suspected_silences

)

select
    stretches.log,
    greatest(stretches.from_at, incident.window_start_at) as from_at,
    least(stretches.until_at, incident.window_end_at) as until_at,
    stretches.declared_status,
    stretches.shown_rank,
    stretches.is_silent

from stretches
cross join incident

where stretches.from_at < incident.window_end_at and stretches.until_at > incident.window_start_at
