-- One row per subject × owner × delivery × event or interval that may have delivered it.

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

deliveries as (

    select * from int_deliveries

),

record_subjects as (

    select
        record_number,
        subject,
        subject_number,
        owner_number

    from int_linked_records

)

select distinct
    record_subjects.subject_number,
    record_subjects.owner_number,
    deliveries.delivery_number,
    reached.event_number,
    reached.access_rank,
    reached.grade_rank,
    reached.grade_reason,
    reached.first_at,
    reached.last_at,
    reached.event_count

from reached
inner join records on records.record_number = reached.record_number
inner join deliveries
    on deliveries.dataset = records.dataset
    and deliveries.shape = records.shape
    and deliveries.projection = coalesce(reached.projection, '')
inner join record_subjects
    on record_subjects.record_number = reached.record_number and record_subjects.subject = deliveries.subject
