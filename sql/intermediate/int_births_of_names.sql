-- One row per name and place under which linked subjects share a birth date × record of anybody who bears it there.
-- Nobody else is placed, but whether a name is common is learnt from everybody.

with

names as (

    select
        names.given_name,
        names.family_name,
        names.birth_date,
        names.postcode,
        names.address,
        names.city

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null

    union all

    select
        given_name,
        family_name,
        birth_date,
        postcode,
        address,
        city

    from int_name_versions

    where not is_unsure

),

parts as (

    select 'given' as part

    union all

    select 'family' as part

    union all

    select 'full' as part

),

-- one pass over all names: each is looked up by both words and as a whole
named as (

    select
        parts.part = 'full' as is_full,
        case
            when parts.part = 'family' then names.family_name
            when length(names.given_name) > 1 and parts.part = 'given' then names.given_name
            when length(names.given_name) > 1 and names.family_name is not null
                then least(names.given_name, names.family_name) || '|' || greatest(names.given_name, names.family_name)
        end as name,
        names.birth_date,
        names.postcode,
        names.address,
        names.city

    from names
    cross join parts
    left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date

    where names.birth_date is not null and placeholders.birth_date is null

),

asked as (

    select distinct
        kind = 'full_name' as is_full,
        name

    from int_shared_names

),

kinds as (

    select distinct kind from int_shared_names

),

placed as (

    select
        kinds.kind,
        named.name,
        case kinds.kind
            when 'name_birth_postcode' then named.postcode
            when 'name_birth_address' then named.address
            when 'name_birth_city' then named.city
            when 'full_name' then ''
            when 'name_birth' then case when named.postcode is null and named.address is null then '' end
        end as place,
        named.birth_date

    from named
    inner join asked on asked.is_full = named.is_full and asked.name = named.name
    inner join kinds on (kinds.kind = 'full_name') = named.is_full

)

select
    names.name_number,
    placed.birth_date

from placed
inner join int_shared_names as names
    on names.kind = placed.kind and names.name = placed.name and names.place = placed.place
