-- One row per exposed person × record version that belongs to them, reached or not.
-- Where the person's contact points, residence and CRM record are looked up; only exposed people are in it.

with

people as (

    select component_number from int_people

),

components as (

    select * from int_subject_components

),

record_subjects as (

    select
        record_number,
        subject,
        subject_number,
        owner_number,
        dataset,
        residence

    from int_linked_records

),

datasets as (

    select
        dataset,
        role

    from landed_datasets

)

select
    people.component_number,
    record_subjects.subject,
    record_subjects.record_number,
    record_subjects.owner_number,
    datasets.role,
    record_subjects.residence

from people
inner join components on components.component_number = people.component_number
inner join record_subjects on record_subjects.subject_number = components.subject_number
inner join datasets on datasets.dataset = record_subjects.dataset
