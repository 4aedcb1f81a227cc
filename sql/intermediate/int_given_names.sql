-- One row per given name: the first and the last of the family names that anybody bears with it.
-- Who lies between the first and the last is a third: so nothing has to be counted.

with

names as (

    select
        names.given_name,
        names.family_name

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null

    union all

    select
        given_name,
        family_name

    from int_name_versions

)

select
    given_name,
    min(family_name) as first_family_name,
    max(family_name) as last_family_name

from names

where length(given_name) > 1 and family_name is not null

group by given_name
