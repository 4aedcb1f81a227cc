-- One row per subject that bears an identifier of those who were linked last.
-- Looked for among all subjects. A value that more records of one list bear than a household could ties nobody.

with

newest as (

    select max(round_number) as round_number from linked_subjects

),

linked as (

    select record_subjects.*

    from int_record_subjects as record_subjects
    inner join linked_subjects as subjects on subjects.subject_number = record_subjects.subject_number
    inner join newest on newest.round_number = subjects.round_number

),

kinds as (

    select
        kind,
        is_numbered_by_owner

    from landed_identifier_kinds

    where identifier_class in ('primary', 'tertiary') and kind <> 'postal_address'

),

carried as (

    select distinct
        identifiers.kind,
        identifiers.value,
        case when kinds.is_numbered_by_owner then linked.owner_number end as owner_number

    from landed_identifiers as identifiers
    inner join kinds on kinds.kind = identifiers.kind
    inner join linked
        on linked.record_number = identifiers.record_number and linked.subject = identifiers.subject

    where identifiers.value is not null

),

bearers as (

    select
        carried.kind,
        carried.value,
        carried.owner_number as numbering_owner_number,
        record_subjects.subject_number,
        record_subjects.owner_number,
        record_subjects.dataset

    from landed_identifiers as identifiers
    inner join carried on carried.kind = identifiers.kind and carried.value = identifiers.value
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = identifiers.record_number
        and record_subjects.subject = identifiers.subject

),

crowded as (

    select
        bearers.kind,
        bearers.value

    from bearers
    cross join landed_incident as incident

    group by bearers.kind, bearers.value, incident.household_limit

    having count(*) > incident.household_limit

),

counted as (

    select
        bearers.kind,
        bearers.value,
        bearers.dataset,
        owners.brand,
        count(distinct bearers.subject_number) as subject_count

    from bearers
    inner join crowded on crowded.kind = bearers.kind and crowded.value = bearers.value
    inner join stg_owners as owners on owners.owner_number = bearers.owner_number

    group by bearers.kind, bearers.value, bearers.dataset, owners.brand

),

shared as (

    select distinct
        counted.kind,
        counted.value

    from counted
    cross join landed_incident as incident

    where counted.subject_count > incident.household_limit

)

select distinct bearers.subject_number

from bearers
left join shared on shared.kind = bearers.kind and shared.value = bearers.value

where
    shared.kind is null
    and (bearers.numbering_owner_number is null or bearers.numbering_owner_number = bearers.owner_number)
