-- One row per exposed subject: its record, with the key as it may be published.
-- Semantics, section 12: where the key itself is personal data (a list keyed by e-mail) its keyed pseudonym stands in.

with

exposed as (

    select distinct subject_number from int_exposed_subjects

),

subjects as (

    select
        subject_number,
        first_record_number,
        dataset,
        record_key,
        subject

    from int_subjects

),

datasets as (

    select
        dataset,
        processor,
        is_key_personal

    from landed_datasets

)

select
    exposed.subject_number,
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

from exposed
inner join subjects on subjects.subject_number = exposed.subject_number
inner join datasets on datasets.dataset = subjects.dataset
cross join landed_incident as incident
