-- One row per name of those who were linked last × what ties others to it: a birth date, and where somebody lives.
-- Versions of a record count by what they agree on. A date that stands for nothing is none, an initial no given name.

with

names as (

    select
        names.given_name,
        names.family_name,
        names.birth_date,
        names.postcode,
        names.address,
        names.city

    from int_newest_records as newest
    inner join landed_names as names on names.record_number = newest.record_number and names.subject = newest.subject
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null

    union all

    select
        versions.given_name,
        versions.family_name,
        versions.birth_date,
        versions.postcode,
        versions.address,
        versions.city

    from int_newest_records as newest
    inner join int_name_versions as versions
        on versions.record_number = newest.record_number and versions.subject = newest.subject

)

select distinct
    case when length(names.given_name) > 1 then names.given_name end as given_name,
    names.family_name,
    case when placeholders.birth_date is null then names.birth_date end as birth_date,
    names.postcode,
    names.address,
    names.city

from names
left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date
