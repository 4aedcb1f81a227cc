-- One row per subject × owner × field × stored state × event or interval that may have delivered it.
-- Fields and states go by number from here to the published tables.

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

    select * from int_delivered_fields

),

record_subjects as (

    select
        record_number,
        subject,
        subject_number,
        owner_number

    from int_record_subjects

)

select distinct
    record_subjects.subject_number,
    record_subjects.owner_number,
    delivered.field_number,
    delivered.state_rank,
    records.dataset,
    reached.event_number,
    reached.access_rank,
    reached.grade_rank,
    reached.grade_reason,
    reached.first_at,
    reached.last_at,
    reached.event_count

from reached
inner join records on records.record_number = reached.record_number
inner join delivered
    on delivered.dataset = records.dataset
    and delivered.shape = records.shape
    and delivered.projection = coalesce(reached.projection, '')
inner join record_subjects
    on record_subjects.record_number = reached.record_number and record_subjects.subject = delivered.subject
