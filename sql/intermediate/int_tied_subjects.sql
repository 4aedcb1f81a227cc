-- One row per subject that may be tied to a linked one: it shares a value that ties, a declared link or a decision.
-- Looked for among all subjects, again and again until nobody new is found. More than will be tied does no harm: whom
-- it finds needlessly is placed, and nothing is said of them.

with

linked as (

    select * from linked_subjects

),

carried as (

    select distinct
        subject_values.kind,
        subject_values.value

    from int_subject_values as subject_values
    inner join landed_identifier_kinds as kinds on kinds.kind = subject_values.kind

),

addresses as (

    select distinct value from int_subject_values where kind = 'address'

),

births as (

    select distinct
        births.kind,
        births.name,
        births.birth_date,
        births.place

    from int_named_births as births
    inner join int_subject_values as subject_values
        on subject_values.subject_number = births.subject_number
        and subject_values.kind = births.kind
        and subject_values.value = births.name || '|' || births.birth_date || '|' || births.place

),

named as (

    select
        subject_number,
        given_name as name,
        birth_date,
        postcode,
        address,
        city

    from int_subjects

    where length(given_name) > 1

    union all

    select
        subject_number,
        family_name as name,
        birth_date,
        postcode,
        address,
        city

    from int_subjects

),

found as (

    select record_subjects.subject_number

    from landed_identifiers as identifiers
    inner join landed_identifier_kinds as kinds on kinds.kind = identifiers.kind
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = identifiers.record_number
        and record_subjects.subject = identifiers.subject
    inner join carried
        on carried.kind = identifiers.kind
        and carried.value = case
            when kinds.is_numbered_by_owner
                then identifiers.value || '|' || cast(record_subjects.owner_number as varchar)
            else identifiers.value
        end

    union

    select subjects.subject_number

    from int_subjects as subjects
    inner join addresses on addresses.value = subjects.address || '|' || coalesce(subjects.postcode, '')

    union

    select named.subject_number

    from named
    inner join births
        on births.name = named.name
        and births.birth_date = named.birth_date
        and births.place = case births.kind
            when 'name_birth_postcode' then named.postcode
            when 'name_birth_address' then named.address
            when 'name_birth_city' then named.city
            else ''
        end

    union

    select targets.target_subject_number as subject_number

    from int_declared_targets as targets
    inner join linked on linked.subject_number = targets.subject_number

    union

    select targets.subject_number

    from int_declared_targets as targets
    inner join linked on linked.subject_number = targets.target_subject_number

    union

    select decided.other_subject_number as subject_number

    from int_decided_pairs as decided
    inner join linked on linked.subject_number = decided.subject_number

    union

    select decided.subject_number

    from int_decided_pairs as decided
    inner join linked on linked.subject_number = decided.other_subject_number

)

select subject_number from found

union

select subject_number from linked
