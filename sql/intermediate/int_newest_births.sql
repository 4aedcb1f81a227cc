-- One row per word of a name, or its initials, × birth date × where somebody lives, of those who were linked last.
-- Initials stand for a name only where somebody is known to live: at a postcode or an address.

with

words as (

    select
        given_name as name,
        birth_date,
        postcode,
        address,
        city

    from int_newest_names

    union

    select
        family_name as name,
        birth_date,
        postcode,
        address,
        city

    from int_newest_names

    union

    select
        least(substring(given_name, 1, 1), substring(family_name, 1, 1))
        || '.' || greatest(substring(given_name, 1, 1), substring(family_name, 1, 1)) || '.' as name,
        birth_date,
        postcode,
        address,
        cast(null as varchar) as city

    from int_newest_names

    where given_name is not null and family_name is not null and coalesce(postcode, address) is not null

)

select
    name,
    birth_date,
    postcode,
    address,
    city

from words

where name is not null and birth_date is not null
