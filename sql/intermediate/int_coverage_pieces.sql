-- One row per log × piece of the window, cut wherever what is declared of any log, or what it shows, begins or ends.
-- Semantics, section 7. Time that nobody declared is `undeclared`: it proves nothing and accuses nobody. What the log
-- shows against itself stands before what is declared, unless that was verified by other means or is a gap anyway.

with

incident as (

    select * from landed_incident

),

logs as (

    select distinct source as log from landed_sources where source_kind = 'log'

),

statuses as (

    select * from stg_coverage_statuses

),

stretches as (

    select * from int_log_stretches

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

),

told as (

    select
        logs.log,
        pieces.from_at,
        pieces.until_at,
        coalesce(max(stretches.declared_status), 'undeclared') as declared_status,
        min(stretches.shown_rank) as shown_rank,
        max(case when stretches.is_silent then 1 else 0 end) as is_silent

    from logs
    cross join pieces
    left join stretches
        on stretches.log = logs.log
        and stretches.from_at <= pieces.from_at
        and stretches.until_at >= pieces.until_at

    where pieces.until_at is not null

    group by logs.log, pieces.from_at, pieces.until_at

)

select
    told.log,
    told.from_at,
    told.until_at,
    told.declared_status,
    statuses.status,
    case when statuses.is_shown then 'shown' when told.declared_status = 'undeclared' then 'none' else 'declared' end
        as basis,
    statuses.is_gap,
    told.is_silent = 1 and told.declared_status in ('complete', 'undeclared') as is_silent

from told
left join statuses as shown on shown.status_rank = told.shown_rank
inner join statuses
    on statuses.status = case
        when told.declared_status = 'verified' then 'complete'
        when told.declared_status in ('complete', 'undeclared') then coalesce(shown.status, told.declared_status)
        else told.declared_status
    end
