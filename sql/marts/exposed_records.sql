-- One row per exposed record × subject × brand × controller: the grain at which nothing is lost.

with

incident as (

    select incident_id from landed_incident

),

exposed as (

    select * from int_exposed_subjects

),

bases as (

    select
        subject_number,
        array_sort(collect_set(link_basis)) as link_basis

    from int_link_bases

    where not is_blocked

    group by subject_number

)

select
    incident.incident_id,
    published.dataset,
    published.record_key,
    published.subject,
    people.person_id,
    owners.brand,
    owners.controller,
    grades.grade,
    contents.is_mixed_grade,
    exposed.grade_reason,
    accesses.access,
    contents.fields,
    contents.protected_fields,
    exposed.first_at as first_exposed_at,
    exposed.last_at as last_exposed_at,
    exposed.event_count,
    bases.link_basis,
    evidence_sets.evidence_id

from exposed
cross join incident
inner join int_people as people on people.component_number = exposed.component_number
inner join stg_owners as owners on owners.owner_number = exposed.owner_number
inner join int_published_subjects as published on published.subject_number = exposed.subject_number
inner join bases on bases.subject_number = exposed.subject_number
inner join int_evidence_sets as evidence_sets
    on evidence_sets.subject_number = exposed.subject_number and evidence_sets.owner_number = exposed.owner_number
inner join int_bundles as contents on contents.bundle = exposed.bundle
inner join stg_grades as grades on grades.grade_rank = exposed.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = exposed.access_rank
