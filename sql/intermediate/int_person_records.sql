-- One row per exposed person × record version that belongs to them, reached or not.
-- Where the person's contact points, residence and CRM record are looked up; only exposed people are in it.

with

people as (

    select * from int_people

),

components as (

    select * from int_subject_components

),

subjects as (

    select
        subject_number,
        dataset,
        record_key,
        subject

    from int_subjects

),

records as (

    select
        record_number,
        dataset,
        record_key,
        brand,
        controller,
        residence

    from landed_records

)

select
    people.component_number,
    people.person_id,
    subjects.subject_number,
    subjects.subject,
    records.record_number,
    records.dataset,
    records.brand,
    records.controller,
    records.residence

from people
inner join components on components.component_number = people.component_number
inner join subjects on subjects.subject_number = components.subject_number
inner join records on records.dataset = subjects.dataset and records.record_key = subjects.record_key
