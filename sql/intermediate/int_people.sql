-- One row per exposed person.
-- Semantics, section 8: ids are keyed pseudonyms, so that no id can be guessed from an e-mail or a customer number.
-- The anchor is the person's first subject over all datasets, reached or not: more events never change an id.

with

exposed as (

    select distinct component_number from int_person_findings

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

anchors as (

    select
        components.component_number,
        min(subjects.dataset || '|' || subjects.record_key || '|' || subjects.subject) as anchor

    from exposed
    inner join components on components.component_number = exposed.component_number
    inner join subjects on subjects.subject_number = components.subject_number

    group by components.component_number

)

select
    anchors.component_number,
    'p' || substr(
        sha2(incident.person_key || sha2(incident.person_key || anchors.anchor, 256), 256), 1, 20
    ) as person_id

from anchors
cross join landed_incident as incident
