-- One row per subject that shares an address, or a birth date under a name where somebody lives, with those who were
-- linked last.
-- Looked for among all subjects. More than will be tied does no harm: whom it finds needlessly is placed, and nothing
-- is said of them.

with

newest as (

    select max(round_number) as round_number from linked_subjects

),

linked as (

    select subjects.subject_number

    from linked_subjects as subjects
    inner join newest on newest.round_number = subjects.round_number

),

names as (

    select
        names.record_number, names.subject,
        case when length(names.given_name) > 1 then names.given_name end as given_name,
        names.family_name,
        case when placeholders.birth_date is null then names.birth_date end as birth_date,
        names.postcode, names.address, names.city

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number
    left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date

    where repeated.record_number is null

    union all

    select
        record_number, subject,
        case when length(given_name) > 1 then given_name end as given_name,
        family_name,
        birth_date, postcode, address, city

    from int_name_versions

),

initialled as (

    select
        names.*,
        least(substring(given_name, 1, 1), substring(family_name, 1, 1))
            || '.' || greatest(substring(given_name, 1, 1), substring(family_name, 1, 1)) || '.' as initials

    from names

    where given_name is not null and family_name is not null

),

-- every word of a name, and the initials, under a birth date
named as (

    select record_number, subject, given_name as name, birth_date, postcode, address, city

    from names

    where birth_date is not null and given_name is not null

    union all

    select record_number, subject, family_name as name, birth_date, postcode, address, city

    from names

    where birth_date is not null and family_name is not null

    union all

    select record_number, subject, initials as name, birth_date, postcode, address, cast(null as varchar) as city

    from initialled

    where birth_date is not null and coalesce(postcode, address) is not null

),

carried as (

    select
        record_subjects.record_number,
        record_subjects.subject

    from int_record_subjects as record_subjects
    inner join linked on linked.subject_number = record_subjects.subject_number

),

carried_births as (

    select distinct named.name, named.birth_date, named.postcode, named.address, named.city

    from named
    inner join carried on carried.record_number = named.record_number and carried.subject = named.subject

),

carried_addresses as (

    select distinct names.address, coalesce(names.postcode, '') as postcode

    from names
    inner join carried on carried.record_number = names.record_number and carried.subject = names.subject

    where names.given_name is not null and names.family_name is not null and names.address is not null

),

found as (

    select named.record_number, named.subject

    from named
    inner join carried_births as births on births.name = named.name and births.birth_date = named.birth_date

    where
        births.postcode = named.postcode
        or births.address = named.address
        or births.city = named.city
        or coalesce(births.postcode, births.address, named.postcode, named.address) is null

    union

    select names.record_number, names.subject

    from names
    inner join carried_addresses as addresses
        on addresses.address = names.address and addresses.postcode = coalesce(names.postcode, '')

    where names.given_name is not null and names.family_name is not null

)

select distinct record_subjects.subject_number

from found
inner join int_record_subjects as record_subjects
    on record_subjects.record_number = found.record_number and record_subjects.subject = found.subject
