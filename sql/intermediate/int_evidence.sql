-- One row per exposed subject × owner × event or interval that delivered any of its values.
-- The way back from a finding to the line that shows it; of reads that are alike, the one that stands for them.
-- `evidence_key` is equal where two records were delivered alike: by the same event, in the same columns, as surely, at
-- the same of two readings of its time.

with

reached as (

    select * from int_reached_versions

),

records as (

    select
        record_number,
        dataset,
        shape

    from landed_records

),

delivered as (

    select * from int_delivered_columns

),

record_subjects as (

    select
        record_number,
        subject,
        subject_number,
        owner_number

    from int_record_subjects

),

exposed as (

    select distinct
        subject_number,
        owner_number

    from int_exposed_subjects

),

events as (

    select
        event_number,
        event_id,
        earliest_at,
        latest_at

    from stg_events

),

intervals as (

    select
        dataset,
        grade_reason,
        first_at,
        last_at,
        row_number() over (
            order by dataset nulls last, grade_reason nulls last, first_at nulls last, last_at nulls last
        ) as interval_number

    from (

        select distinct
            dataset,
            grade_reason,
            first_at,
            last_at

        from reached

        where event_number is null

    ) as unseen

)

select
    record_subjects.subject_number,
    record_subjects.owner_number,
    reached.event_number,
    reached.access_rank,
    reached.grade_rank,
    reached.grade_reason,
    reached.first_at,
    reached.last_at,
    array_sort(delivered.delivered_columns) as delivered_columns,
    sha2(
        coalesce(events.event_id, cast(intervals.interval_number as varchar))
        || '|' || records.dataset || '|' || records.shape || '|' || delivered.projection || '|' || delivered.subject
        || '|' || reached.grade_reason || '|' || cast(reached.grade_rank as varchar)
        || '|' || cast(reached.access_rank as varchar)
        || case
            when events.earliest_at = events.latest_at or reached.first_at < reached.last_at then ''
            when events.earliest_at = reached.first_at then '|earlier'
            when events.latest_at = reached.first_at then '|later'
            else ''
        end,
        256
    ) as evidence_key

from reached
inner join records on records.record_number = reached.record_number
inner join delivered
    on delivered.dataset = records.dataset
    and delivered.shape = records.shape
    and delivered.projection = coalesce(reached.projection, '')
inner join record_subjects
    on record_subjects.record_number = reached.record_number and record_subjects.subject = delivered.subject
inner join exposed
    on exposed.subject_number = record_subjects.subject_number
    and exposed.owner_number = record_subjects.owner_number
left join events on events.event_number = reached.event_number
left join intervals
    on reached.event_number is null
    and intervals.dataset = reached.dataset
    and intervals.grade_reason = reached.grade_reason
    and intervals.first_at = reached.first_at
    and intervals.last_at = reached.last_at
