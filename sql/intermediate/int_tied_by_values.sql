-- One row per subject that bears an identifier of those who were linked last.
-- Looked for among all subjects, by the numbers of the values. More than will be tied does no harm. A value that more
-- records of one list bear than a household could ties nobody.

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

    where identifier_class in ('primary', 'tertiary')

),

carried as (

    select distinct
        hashes.value_hash,
        case when kinds.is_numbered_by_owner then linked.owner_number end as owner_number

    from int_identifier_hashes as hashes
    inner join kinds on kinds.kind = hashes.kind
    inner join linked on linked.record_number = hashes.record_number and linked.subject = hashes.subject

),

bearers as (

    select
        carried.value_hash,
        carried.owner_number as numbering_owner_number,
        record_subjects.subject_number,
        record_subjects.owner_number,
        record_subjects.dataset

    from int_identifier_hashes as hashes
    inner join carried on carried.value_hash = hashes.value_hash
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = hashes.record_number and record_subjects.subject = hashes.subject

),

crowded as (

    select
        bearers.value_hash

    from bearers
    cross join landed_incident as incident

    group by bearers.value_hash, incident.household_limit

    having count(*) > incident.household_limit

),

counted as (

    select
        bearers.value_hash,
        bearers.dataset,
        owners.brand,
        count(distinct bearers.subject_number) as subject_count

    from bearers
    inner join crowded on crowded.value_hash = bearers.value_hash
    inner join stg_owners as owners on owners.owner_number = bearers.owner_number

    group by bearers.value_hash, bearers.dataset, owners.brand

),

shared as (

    select distinct
        counted.value_hash

    from counted
    cross join landed_incident as incident

    where counted.subject_count > incident.household_limit

)

select distinct bearers.subject_number

from bearers
left join shared on shared.value_hash = bearers.value_hash

where
    shared.value_hash is null
    and (bearers.numbering_owner_number is null or bearers.numbering_owner_number = bearers.owner_number)
