-- One row per stage × outcome: from lines read to people, everything counted once.
-- Laws 1 and 2 (semantics, section 11) are read off this table.

with

incident as (

    select incident_id from landed_incident

),

verdicts as (

    select * from int_event_verdicts

),

counted as (

    select
        'lines' as stage,
        'event' as outcome,
        count(*) as item_count

    from verdicts

    union all

    select
        'lines' as stage,
        'delivered_again' as outcome,
        sum(delivery_count - 1) as item_count

    from verdicts

    union all

    select
        'lines' as stage,
        'rejected' as outcome,
        count(*) as item_count

    from landed_rejects

    where source_kind = 'log'

    union all

    select
        'events' as stage,
        verdict as outcome,
        count(*) as item_count

    from verdicts

    group by verdict

    union all

    select
        'reading' as stage,
        grade as outcome,
        count(*) as item_count

    from accesses

    group by grade

    union all

    select
        'records' as stage,
        'exposed' as outcome,
        count(*) as item_count

    from exposed_records

    union all

    select
        'records' as stage,
        reason as outcome,
        count(*) as item_count

    from int_set_aside_records

    group by reason

    union all

    select
        'records' as stage,
        'unresolved' as outcome,
        count(*) as item_count

    from unresolved

    union all

    select
        'people' as stage,
        'exposed' as outcome,
        count(*) as item_count

    from people

    union all

    select
        'people' as stage,
        'exposed_brand_rows' as outcome,
        count(*) as item_count

    from exposures

)

select
    incident.incident_id,
    counted.stage,
    counted.outcome,
    cast(counted.item_count as bigint) as item_count

from counted
cross join incident

where counted.item_count > 0
