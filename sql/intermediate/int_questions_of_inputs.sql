-- One row per kind of question × log, dataset or selector that its lines or resources raise.
-- Nothing is dropped in silence: lines nobody could read, words nobody mapped, reads that reached nobody. A selector
-- that meets no event of any log may be written wrongly, and then the intruder's reads count as somebody else's.

with

unresolved_reads as (

    select * from unresolved

),

rejects as (

    select * from landed_rejects

),

notes as (

    select * from landed_notes

),

mistaken as (

    select distinct
        events.event_number,
        events.log

    from landed_reaches as reaches
    inner join stg_events as events on events.event_number = reaches.event_number

    where reaches.has_missing_columns

)

select
    case
        when reason = 'no_dataset_claims_the_resource' then 'resource_unclaimed'
        else 'reached_nobody'
    end as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from unresolved_reads

group by
    case
        when reason = 'no_dataset_claims_the_resource' then 'resource_unclaimed'
        else 'reached_nobody'
    end,
    log

union all

select
    'rejected_lines' as kind,
    source as about,
    count(*) as item_count,
    0 as people_count

from rejects

group by source

union all

select
    kind,
    source as about,
    sum(count) as item_count,
    0 as people_count

from notes

where kind in ('unknown_state', 'selector_without_events')

group by kind, source

union all

select
    'unmapped_column' as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from mistaken

group by log
