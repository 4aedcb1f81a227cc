-- One row per subject of an exposed person, reached or not: the id it would have if it were alone.
-- Semantics, section 8: ids are keyed pseudonyms, so that no id can be guessed from an e-mail or a customer number.

with

exposed as (

    select distinct component_number from int_exposed_subjects

),

subjects as (

    select
        components.component_number,
        components.subject_number,
        records.dataset || '|' || records.record_key || '|' || record_subjects.subject as subject_name

    from exposed
    inner join int_subject_components as components on components.component_number = exposed.component_number
    inner join int_linked_records as record_subjects on record_subjects.subject_number = components.subject_number
    inner join landed_records as records on records.record_number = record_subjects.record_number

    where record_subjects.record_number = record_subjects.first_record_number

)

select
    subjects.component_number,
    subjects.subject_number,
    subjects.subject_name,
    'p' || substr(
        sha2(incident.person_key || sha2(incident.person_key || subjects.subject_name, 256), 256), 1, 20
    ) as alone_id

from subjects
cross join landed_incident as incident
