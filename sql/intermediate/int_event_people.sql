-- One row per event that stands for itself and others × person it reached, whether or not it counts.
-- How many people hang on a question about an event: those of whom it delivered at least one value, reads outside the
-- window included.

with

reached as (

    select
        reached.event_number,
        reached.record_number,
        records.dataset,
        records.shape,
        coalesce(reached.projection, '') as projection

    from int_reached_records as reached
    inner join landed_records as records on records.record_number = reached.record_number

),

delivered as (

    select * from int_deliveries

),

components as (

    select
        record_subjects.record_number,
        record_subjects.subject,
        components.component_number

    from int_linked_records as record_subjects
    inner join int_subject_components as components
        on components.subject_number = record_subjects.subject_number

)

select distinct
    reached.event_number,
    components.component_number

from reached
inner join delivered
    on delivered.dataset = reached.dataset
    and delivered.shape = reached.shape
    and delivered.projection = reached.projection
inner join components
    on components.record_number = reached.record_number and components.subject = delivered.subject
