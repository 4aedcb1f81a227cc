-- One row per exposed person × id that some of their records had in an earlier run and have no longer.
-- Merged: the earlier person is one with this one now. Split: the earlier id stays with somebody else.

with

incident as (

    select incident_id from landed_incident

),

known as (

    select * from int_known_people

),

kept as (

    select distinct person_id from known where is_kept

)

select
    incident.incident_id,
    known.person_id as previous_person_id,
    people.person_id,
    case when kept.person_id is null then 'merged' else 'split' end as change,
    cast(known.subject_count as bigint) as record_count

from known
cross join incident
inner join int_people as people on people.component_number = known.component_number
left join kept on kept.person_id = known.person_id

where known.person_id <> people.person_id
