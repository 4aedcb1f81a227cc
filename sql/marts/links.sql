-- One row per exposed record × subject × basis that ties it to another record of its person, or that was blocked.

with

incident as (

    select incident_id from landed_incident

),

people as (

    select * from int_people

),

bases as (

    select * from int_link_bases

),

subjects as (

    select
        subject_number,
        dataset,
        record_key,
        subject

    from int_subjects

),

keys as (

    select * from int_record_keys

)

select
    incident.incident_id,
    people.person_id,
    subjects.dataset,
    keys.published_key as record_key,
    subjects.subject,
    bases.link_basis,
    bases.is_blocked

from bases
cross join incident
inner join people on people.component_number = bases.component_number
inner join subjects on subjects.subject_number = bases.subject_number
inner join keys on keys.dataset = subjects.dataset and keys.record_key = subjects.record_key
