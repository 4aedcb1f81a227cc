-- One row per subject that bears an identifier of those who were linked last.
-- Looked for among all subjects, by the numbers of the values. More than will be tied does no harm. A value that more
-- records of one list bear than a household could ties nobody. Whose customers the bearers are is asked only where a
-- brand gives a number out itself, or where so many bear a value.

with

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
        kinds.is_numbered_by_owner

    from int_identifier_hashes as hashes
    inner join kinds on kinds.kind = hashes.kind
    inner join int_newest_records as newest
        on newest.record_number = hashes.record_number and newest.subject = hashes.subject

),

bearers as (

    select
        carried.value_hash,
        carried.is_numbered_by_owner,
        hashes.record_number,
        hashes.subject,
        record_subjects.subject_number

    from int_identifier_hashes as hashes
    inner join carried on carried.value_hash = hashes.value_hash
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = hashes.record_number and record_subjects.subject = hashes.subject

),

crowded as (

    select bearers.value_hash

    from bearers
    cross join landed_incident as incident

    group by bearers.value_hash, incident.household_limit

    having count(*) > incident.household_limit

),

counted as (

    select
        bearers.value_hash,
        records.dataset,
        records.brand,
        count(distinct bearers.subject_number) as subject_count

    from bearers
    inner join crowded on crowded.value_hash = bearers.value_hash
    inner join landed_records as records on records.record_number = bearers.record_number

    group by bearers.value_hash, records.dataset, records.brand

),

shared as (

    select distinct counted.value_hash

    from counted
    cross join landed_incident as incident

    where counted.subject_count > incident.household_limit

),

numbered as (

    select
        bearers.value_hash,
        bearers.subject_number,
        records.brand,
        records.controller,
        newest.record_number is not null as is_newest

    from bearers
    inner join landed_records as records on records.record_number = bearers.record_number
    left join int_newest_records as newest
        on newest.record_number = bearers.record_number and newest.subject = bearers.subject

    where bearers.is_numbered_by_owner

),

found as (

    select
        value_hash,
        subject_number

    from bearers

    where not is_numbered_by_owner

    union all

    select
        others.value_hash,
        others.subject_number

    from numbered as newest
    inner join numbered as others
        on others.value_hash = newest.value_hash
        and others.brand = newest.brand
        and others.controller = newest.controller

    where newest.is_newest

)

select distinct found.subject_number

from found
left join shared on shared.value_hash = found.value_hash

where shared.value_hash is null
