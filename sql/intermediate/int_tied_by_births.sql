-- One row per record × subject that shares a birth date under a name, where somebody lives, with those linked last.
-- Looked for among all names. More than will be tied does no harm: whom it finds needlessly is placed, and nothing is
-- said of them.

with

names as (

    select
        names.record_number,
        names.subject,
        case when length(names.given_name) > 1 then names.given_name end as given_name,
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
        record_number,
        subject,
        case when length(given_name) > 1 then given_name end as given_name,
        family_name,
        birth_date,
        postcode,
        address,
        city

    from int_name_versions

),

dates as (

    select distinct birth_date from int_newest_births

),

parts as (

    select 'given' as part

    union all

    select 'family' as part

    union all

    select 'initials' as part

),

-- one pass over all names: each is looked up by both words and by its initials
named as (

    select
        names.record_number,
        names.subject,
        case
            when parts.part = 'given' then names.given_name
            when parts.part = 'family' then names.family_name
            when names.given_name is not null and names.family_name is not null
                then least(substring(names.given_name, 1, 1), substring(names.family_name, 1, 1))
                    || '.' || greatest(substring(names.given_name, 1, 1), substring(names.family_name, 1, 1)) || '.'
        end as name,
        names.birth_date,
        names.postcode,
        names.address,
        names.city

    from names
    inner join dates on dates.birth_date = names.birth_date
    cross join parts

)

select distinct
    named.record_number,
    named.subject

from named
inner join int_newest_births as births on births.name = named.name and births.birth_date = named.birth_date

where
    births.postcode = named.postcode
    or births.address = named.address
    or births.city = named.city
    or coalesce(births.postcode, births.address, named.postcode, named.address) is null
