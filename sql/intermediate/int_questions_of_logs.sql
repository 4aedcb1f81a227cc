-- One row per kind of question × log that what the log shows of itself raises.
-- Semantics, section 7: a run that cannot tell says so. A contradiction of what was declared is asked about as such.

with

stretches as (

    select * from coverage

),

silences as (

    select
        silences.log,
        silences.from_at,
        max(case when silences.is_edge then 1 else 0 end) as is_edge

    from int_suspected_silences as silences
    inner join stretches
        on stretches.log = silences.log
        and stretches.is_silent
        and stretches.from_at < silences.until_at
        and stretches.until_at > silences.from_at

    group by silences.log, silences.from_at

),

heard as (

    select distinct log

    from stg_events

    where is_in_window

)

select
    case
        when status = 'no_data_events' then 'no_data_events'
        when declared_status = 'complete' then 'coverage_contradicted'
        else 'log_incomplete'
    end as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from stretches

where basis = 'shown'

group by
    case
        when status = 'no_data_events' then 'no_data_events'
        when declared_status = 'complete' then 'coverage_contradicted'
        else 'log_incomplete'
    end,
    log

union all

select
    case when is_edge = 1 then 'log_edge' else 'silent_stretch' end as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from silences

group by case when is_edge = 1 then 'log_edge' else 'silent_stretch' end, log

union all

select
    'log_scope_changed' as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from int_log_signals

where signal = 'scope_changed'

group by log

union all

-- Silence is what a known gap sounds like, and what was verified by other means is no question.
select
    'log_without_events' as kind,
    stretches.log as about,
    1 as item_count,
    0 as people_count

from stretches
left join heard on heard.log = stretches.log

where heard.log is null and stretches.declared_status in ('complete', 'undeclared')

group by stretches.log
