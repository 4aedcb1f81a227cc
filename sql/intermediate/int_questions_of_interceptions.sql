-- One row per kind of question × dataset that its interceptions raise.
-- Semantics, section 5: what cannot be placed at a device and an instant is asked about, and so is a device that
-- nothing passed, for a name or a zone may be wrong.

with

incident as (

    select * from landed_incident

),

transactions as (

    select * from int_intercepted_transactions

),

intervals as (

    select
        declared.interval_number,
        declared.dataset,
        declared.from_at is null or declared.until_at is null as is_open,
        coalesce(declared.from_at < incident.window_start_at or declared.from_at >= incident.window_end_at, false)
        or coalesce(declared.until_at > incident.window_end_at or declared.until_at <= incident.window_start_at, false)
            as is_outside_window

    from landed_interceptions as declared
    cross join incident

),

passed as (

    select distinct interval_number

    from transactions

    where is_device_known

),

questioned as (

    select
        'interception_outside_window' as kind,
        intervals.dataset,
        cast(intervals.interval_number as bigint) as item,
        transactions.record_number,
        transactions.projection

    from intervals
    left join transactions on transactions.interval_number = intervals.interval_number

    where intervals.is_outside_window

    union all

    select
        'open_interception' as kind,
        intervals.dataset,
        cast(intervals.interval_number as bigint) as item,
        transactions.record_number,
        transactions.projection

    from intervals
    left join transactions on transactions.interval_number = intervals.interval_number

    where intervals.is_open

    union all

    select
        'device_without_transactions' as kind,
        intervals.dataset,
        cast(intervals.interval_number as bigint) as item,
        cast(null as bigint) as record_number,
        cast(null as varchar) as projection

    from intervals
    left join passed on passed.interval_number = intervals.interval_number

    where passed.interval_number is null

    union all

    select
        case when is_device_known then 'unreadable_transaction_time' else 'unknown_device' end as kind,
        dataset,
        record_number as item,
        record_number,
        projection

    from transactions

    where not (is_device_known and is_time_known)

),

people as (

    select distinct
        questioned.kind,
        questioned.dataset,
        components.component_number

    from questioned
    inner join landed_records as records on records.record_number = questioned.record_number
    inner join int_delivered_fields as delivered
        on delivered.dataset = records.dataset
        and delivered.shape = records.shape
        and delivered.projection = coalesce(questioned.projection, '')
    inner join int_linked_records as record_subjects
        on record_subjects.record_number = questioned.record_number and record_subjects.subject = delivered.subject
    inner join int_subject_components as components
        on components.subject_number = record_subjects.subject_number

),

counted as (

    select
        kind,
        dataset,
        count(distinct item) as item_count

    from questioned

    group by kind, dataset

)

select
    counted.kind,
    counted.dataset as about,
    counted.item_count,
    count(people.component_number) as people_count

from counted
left join people on people.kind = counted.kind and people.dataset = counted.dataset

group by counted.kind, counted.dataset, counted.item_count
