-- One row per person × brand × controller: who is to be told, by whom, about what.

with

incident as (

    select incident_id from landed_incident

),

exposed as (

    select * from int_exposure_rows

),

contents as (

    select * from int_bundles

),

sources as (

    select * from int_exposure_sources

),

residences as (

    select * from int_residences

),

known as (

    select distinct component_number

    from int_person_records

    where role = 'crm'

)

select
    incident.incident_id,
    people.person_id,
    owners.brand,
    owners.controller,
    grades.grade,
    contents.is_mixed_grade,
    exposed.grade_reason,
    accesses.access,
    contents.fields,
    contents.protected_fields,
    contents.states,
    contents.has_payment_data,
    exposed.first_at as first_exposed_at,
    exposed.last_at as last_exposed_at,
    exposed.event_count,
    sources.record_count,
    sources.datasets,
    sources.processors,
    known.component_number is not null as has_crm_record,
    residences.residence

from exposed
cross join incident
inner join int_people as people on people.component_number = exposed.component_number
inner join stg_owners as owners on owners.owner_number = exposed.owner_number
inner join contents on contents.bundle = exposed.bundle
inner join sources
    on sources.component_number = exposed.component_number and sources.owner_number = exposed.owner_number
inner join stg_grades as grades on grades.grade_rank = exposed.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = exposed.access_rank
left join known on known.component_number = exposed.component_number
left join residences
    on residences.component_number = exposed.component_number and residences.owner_number = exposed.owner_number
