-- One row per event × person it reached, whether or not the event counts.
-- How many people hang on a question about an event: those of whom it delivered at least one value, reads outside the
-- window included.

with

reached as (

    select
        reached.event_number,
        reached.record_number,
        coalesce(reaches.projection, '') as projection

    from int_reached_records as reached
    inner join landed_reaches as reaches
        on reaches.event_number = reached.event_number and reaches.reach_number = reached.reach_number

),

records as (

    select
        record_number,
        dataset,
        record_key,
        shape

    from landed_records

),

delivered as (

    select distinct
        dataset,
        shape,
        projection,
        subject

    from int_delivered_fields

),

subjects as (

    select * from int_subjects

),

components as (

    select * from int_subject_components

)

select distinct
    reached.event_number,
    components.component_number

from reached
inner join records on records.record_number = reached.record_number
inner join delivered
    on delivered.dataset = records.dataset
    and delivered.shape = records.shape
    and delivered.projection = reached.projection
inner join subjects
    on subjects.dataset = records.dataset
    and subjects.record_key = records.record_key
    and subjects.subject = delivered.subject
inner join components on components.subject_number = subjects.subject_number
