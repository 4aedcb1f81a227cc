-- One row per kind × value of linked subjects that more records of one list carry than a household could.
-- Semantics, section 8: such a value identifies nobody. It is counted over everybody, within one dataset and brand,
-- because one person on seventy lists is still one person. Looked at closely is only what may be such a value: what
-- many of the linked carry, and what others carry too, who would be linked if it identified anybody.

with

others as (

    select
        record_subjects.record_number,
        record_subjects.subject

    from int_record_subjects as record_subjects
    left join linked_subjects as linked on linked.subject_number = record_subjects.subject_number

    where linked.subject_number is null

),

suspected as (

    select
        carried.kind,
        carried.value

    from int_carried_values as carried
    cross join landed_incident as incident

    where carried.row_count > incident.household_limit or carried.owner_number is not null

    union

    select
        carried.kind,
        carried.value

    from int_carried_values as carried
    inner join int_identifier_hashes as hashes
        on hashes.kind = carried.kind and hashes.value_hash = xxhash64(carried.kind || '|' || carried.value)
    inner join others on others.record_number = hashes.record_number and others.subject = hashes.subject

),

counted as (

    select
        identifiers.kind,
        identifiers.value,
        records.dataset,
        records.brand,
        count(distinct record_subjects.subject_number) as subject_count

    from suspected
    inner join landed_identifiers as identifiers
        on identifiers.kind = suspected.kind and identifiers.value = suspected.value
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = identifiers.record_number
        and record_subjects.subject = identifiers.subject
    inner join landed_records as records on records.record_number = identifiers.record_number

    group by identifiers.kind, identifiers.value, records.dataset, records.brand

)

select distinct
    counted.kind,
    counted.value

from counted
cross join landed_incident as incident

where counted.subject_count > incident.household_limit
