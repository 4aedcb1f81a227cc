-- One row per linked subject × kind × identifier that is somebody's own, over all versions of a record.
-- A number that each brand gives out itself counts within that brand and controller only: two shops both have a
-- customer 1001. Values shared by more records than a household could identify nobody (semantics, section 8).

with

kinds as (

    select * from landed_identifier_kinds where identifier_class <> 'none'

)

select distinct
    record_subjects.subject_number,
    identifiers.kind,
    case
        when kinds.is_numbered_by_owner
            then identifiers.value || '|' || cast(record_subjects.owner_number as varchar)
        else identifiers.value
    end as value,
    kinds.identifier_class

from landed_identifiers as identifiers
inner join kinds on kinds.kind = identifiers.kind
inner join int_record_subjects as record_subjects
    on record_subjects.record_number = identifiers.record_number
    and record_subjects.subject = identifiers.subject
inner join linked_subjects as linked on linked.subject_number = record_subjects.subject_number
left join int_shared_values as shared
    on shared.kind = identifiers.kind and shared.value = identifiers.value

where identifiers.value is not null and shared.value is null
