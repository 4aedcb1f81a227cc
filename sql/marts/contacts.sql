-- One row per exposed person × brand × controller × contact point: the only table with contact values.

with

incident as (

    select incident_id from landed_incident

),

contact_points as (

    select * from int_contact_points

)

select
    incident.incident_id,
    people.person_id,
    owners.brand,
    owners.controller,
    contact_points.contact_id,
    contact_points.kind,
    contact_points.contact_value

from contact_points
cross join incident
inner join int_people as people on people.component_number = contact_points.component_number
inner join stg_owners as owners on owners.owner_number = contact_points.owner_number
