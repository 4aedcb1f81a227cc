-- One row per kind × value that more records of one list carry than a household could.
-- Semantics, section 8: such a value identifies nobody. It is counted within one dataset and brand, because one person
-- on seventy lists is still one person. Where people live is no secret of theirs, so addresses are not counted.

with

counted as (

    select
        identifiers.kind,
        identifiers.value,
        record_subjects.dataset,
        owners.brand,
        count(distinct record_subjects.subject_number) as subject_count

    from landed_identifiers as identifiers
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = identifiers.record_number
        and record_subjects.subject = identifiers.subject
    inner join stg_owners as owners on owners.owner_number = record_subjects.owner_number

    where identifiers.value is not null and identifiers.kind <> 'postal_address'

    group by identifiers.kind, identifiers.value, record_subjects.dataset, owners.brand

)

select distinct
    counted.kind,
    counted.value

from counted
cross join landed_incident as incident

where counted.subject_count > incident.household_limit
