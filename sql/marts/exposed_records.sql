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
        collect_set(link_basis) as link_basis

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
    exposed.is_mixed_grade,
    exposed.grade_reason,
    accesses.access,
    readable.fields,
    protected.fields as protected_fields,
    exposed.first_at as first_exposed_at,
    exposed.last_at as last_exposed_at,
    exposed.event_count,
    array_sort(bases.link_basis) as link_basis,
    evidence_sets.evidence_id

from exposed
cross join incident
inner join int_people as people on people.component_number = exposed.component_number
inner join stg_owners as owners on owners.owner_number = exposed.owner_number
inner join int_published_subjects as published on published.subject_number = exposed.subject_number
inner join bases on bases.subject_number = exposed.subject_number
inner join int_evidence_sets as evidence_sets
    on evidence_sets.subject_number = exposed.subject_number and evidence_sets.owner_number = exposed.owner_number
inner join int_field_sets as readable
    on readable.low_bits = exposed.low_bits and readable.high_bits = exposed.high_bits
inner join int_field_sets as protected
    on protected.low_bits = exposed.protected_low_bits and protected.high_bits = exposed.protected_high_bits
inner join stg_grades as grades on grades.grade_rank = exposed.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = exposed.access_rank
