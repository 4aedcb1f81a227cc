-- One row per kind × name × place that linked subjects have × birth date of somebody else who bears it there.
-- Nobody else is placed, but whether a name is common is learnt from everybody.

with

others as (

    select
        subjects.given_name,
        subjects.family_name,
        subjects.birth_date,
        subjects.postcode,
        subjects.address,
        subjects.city

    from int_subjects as subjects
    left join linked_subjects as linked on linked.subject_number = subjects.subject_number

    where linked.subject_number is null and subjects.birth_date is not null and not subjects.is_unsure

),

named as (

    select
        given_name as name,
        birth_date,
        postcode,
        address,
        city

    from others

    where length(given_name) > 1

    union all

    select
        family_name as name,
        birth_date,
        postcode,
        address,
        city

    from others

    where family_name is not null

),

placed as (

    select
        'name_birth' as kind,
        name,
        '' as place,
        birth_date

    from named

    where postcode is null and address is null

    union all

    select
        'name_birth_postcode' as kind,
        name,
        postcode as place,
        birth_date

    from named

    where postcode is not null

    union all

    select
        'name_birth_address' as kind,
        name,
        address as place,
        birth_date

    from named

    where address is not null

    union all

    select
        'name_birth_city' as kind,
        name,
        city as place,
        birth_date

    from named

    where city is not null

    union all

    select
        'full_name' as kind,
        least(given_name, family_name) || '|' || greatest(given_name, family_name) as name,
        '' as place,
        birth_date

    from others

    where length(given_name) > 1 and family_name is not null

),

keys as (

    select distinct
        kind,
        name,
        place

    from int_named_births

    union all

    select distinct
        'full_name' as kind,
        full_name as name,
        '' as place

    from int_named_births

    where is_fully_named

)

select distinct
    placed.kind,
    placed.name,
    placed.place,
    placed.birth_date

from placed
inner join keys on keys.kind = placed.kind and keys.name = placed.name and keys.place = placed.place
