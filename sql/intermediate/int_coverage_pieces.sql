-- One row per log × piece of the window, cut wherever any log's declared coverage begins or ends.
-- Semantics, section 7. Time that nobody declared is `undeclared`: it proves nothing and accuses nobody.

with

incident as (

    select * from landed_incident

),

logs as (

    select distinct source as log from landed_sources where source_kind = 'log'

),

stretches as (

    select
        landed_coverage.log,
        greatest(landed_coverage.from_at, incident.window_start_at) as from_at,
        least(landed_coverage.until_at, incident.window_end_at) as until_at,
        landed_coverage.status

    from landed_coverage
    cross join incident

    where landed_coverage.from_at < incident.window_end_at and landed_coverage.until_at > incident.window_start_at

),

cuts as (

    select window_start_at as cut_at from incident

    union

    select window_end_at as cut_at from incident

    union

    select from_at as cut_at from stretches

    union

    select until_at as cut_at from stretches

),

pieces as (

    select
        cut_at as from_at,
        lead(cut_at) over (order by cut_at nulls last) as until_at

    from cuts

)

select
    logs.log,
    pieces.from_at,
    pieces.until_at,
    coalesce(max(stretches.status), 'undeclared') as status

from logs
cross join pieces
left join stretches
    on stretches.log = logs.log
    and stretches.from_at <= pieces.from_at
    and stretches.until_at >= pieces.until_at

where pieces.until_at is not null

group by logs.log, pieces.from_at, pieces.until_at
