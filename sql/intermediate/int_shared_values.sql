-- One row per kind × value that more records of one list carry than a household could.
-- Semantics, section 8: such a value identifies nobody. It is counted within one dataset and brand, because one person
-- on seventy lists is still one person.

with

counted as (

    select
        identifiers.kind,
        identifiers.value,
        records.dataset,
        records.brand,
        count(distinct records.record_key || '|' || identifiers.subject) as subject_count

    from landed_identifiers as identifiers
    inner join landed_records as records on records.record_number = identifiers.record_number

    where identifiers.value is not null and identifiers.kind in ('email', 'phone')

    group by identifiers.kind, identifiers.value, records.dataset, records.brand

)

select distinct
    counted.kind,
    counted.value

from counted
cross join landed_incident as incident

where counted.subject_count > incident.household_limit
