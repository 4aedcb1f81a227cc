-- One row per name and place under which linked subjects share a birth date × record of anybody who bears it there.
-- Nobody else is placed, but whether a name is common is learnt from everybody.

with

everybody as (

    select
        names.given_name,
        names.family_name,
        names.birth_date,
        names.postcode,
        names.address,
        names.city

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number
    left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date

    where repeated.record_number is null and placeholders.birth_date is null and names.birth_date is not null

    union all

    select given_name, family_name, birth_date, postcode, address, city

    from int_name_versions

    where birth_date is not null and not is_unsure

),

named as (

    select
        given_name as name,
        birth_date,
        postcode,
        address,
        city

    from everybody

    where length(given_name) > 1

    union all

    select family_name as name, birth_date, postcode, address, city

    from everybody

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

    from everybody

    where length(given_name) > 1 and family_name is not null

)

select
    names.name_number,
    placed.birth_date

from placed
inner join int_shared_names as names
    on names.kind = placed.kind and names.name = placed.name and names.place = placed.place
