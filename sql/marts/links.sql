-- One row per exposed record × subject × basis that ties it to another record of its person, or that was blocked.

with

incident as (

    select incident_id from landed_incident

),

bases as (

    select * from int_link_bases

)

select
    incident.incident_id,
    people.person_id,
    published.dataset,
    published.record_key,
    published.subject,
    bases.link_basis,
    bases.is_blocked

from bases
cross join incident
inner join int_people as people on people.component_number = bases.component_number
inner join int_published_subjects as published on published.subject_number = bases.subject_number
