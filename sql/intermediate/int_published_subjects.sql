-- One row per exposed subject: its record, with the key as it may be published.
-- Semantics, section 12: where the key itself is personal data (a list keyed by e-mail) its keyed pseudonym stands in.

with

exposed as (

    select distinct subject_number from int_exposed_subjects

),

subjects as (

    select
        record_subjects.subject_number,
        record_subjects.first_record_number,
        records.dataset,
        records.record_key,
        record_subjects.subject

    from exposed
    inner join int_linked_records as record_subjects on record_subjects.subject_number = exposed.subject_number
    inner join landed_records as records on records.record_number = record_subjects.record_number

    where record_subjects.record_number = record_subjects.first_record_number

),

datasets as (

    select
        dataset,
        processor,
        is_key_personal

    from landed_datasets

)

select
    subjects.subject_number,
    subjects.first_record_number,
    subjects.dataset,
    datasets.processor,
    subjects.subject,
    case
        when datasets.is_key_personal
            then 'k' || substr(
                sha2(
                    incident.person_key
                    || sha2(incident.person_key || subjects.dataset || '|' || subjects.record_key, 256), 256
                ), 1, 20
            )
        else subjects.record_key
    end as record_key

from subjects
inner join datasets on datasets.dataset = subjects.dataset
cross join landed_incident as incident
