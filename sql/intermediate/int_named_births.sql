-- One row per linked subject × word of its name × where it lives: what it shares a birth date under with somebody.
-- Given and family name each stand for the name, so that one slip of the pen, or names in the wrong order, keep nobody
-- from being compared; at one postcode or address the initials do too, so that a slip in both keeps nobody from it. The
-- name alone, its place blank, counts only where nothing says at which address somebody lives:
-- two who give different ones may be two people, and when in doubt nobody is merged (semantics, section 8).

with

subjects as (

    select
        subject_number,
        length(given_name) > 1 and family_name is not null as is_fully_named,
        case when length(given_name) > 1 then given_name end as given_name,
        family_name,
        least(given_name, family_name) || '|' || greatest(given_name, family_name) as full_name,
        case
            when length(given_name) > 1
                then least(substring(given_name, 1, 1), substring(family_name, 1, 1))
                    || '.' || greatest(substring(given_name, 1, 1), substring(family_name, 1, 1)) || '.'
        end as initials,
        birth_date,
        postcode,
        address,
        city

    from int_subjects

    where birth_date is not null and not is_unsure

),

named as (

    select
        subject_number,
        birth_date,
        given_name as name,
        false as is_initials

    from subjects

    where given_name is not null

    union all

    select
        subject_number,
        birth_date,
        family_name as name,
        false as is_initials

    from subjects

    where family_name is not null and (given_name is null or given_name <> family_name)

    union all

    select
        subject_number,
        birth_date,
        initials as name,
        true as is_initials

    from subjects

    where initials is not null and (postcode is not null or address is not null)

),

several as (

    select
        name,
        birth_date

    from named

    group by name, birth_date

    having count(*) > 1

),

met as (

    select
        subjects.subject_number,
        subjects.is_fully_named,
        subjects.full_name,
        subjects.birth_date,
        subjects.postcode,
        subjects.address,
        subjects.city,
        named.name,
        named.is_initials

    from named
    inner join several on several.name = named.name and several.birth_date = named.birth_date
    inner join subjects on subjects.subject_number = named.subject_number

)

select
    subject_number, is_fully_named, full_name, birth_date, is_initials,
    'name_birth' as kind,
    name,
    '' as place

from met

where postcode is null and address is null

union all

select
    subject_number, is_fully_named, full_name, birth_date, is_initials,
    'name_birth_postcode' as kind,
    name,
    postcode as place

from met

where postcode is not null

union all

select
    subject_number, is_fully_named, full_name, birth_date, is_initials,
    'name_birth_address' as kind,
    name,
    address as place

from met

where address is not null

union all

select
    subject_number, is_fully_named, full_name, birth_date, is_initials,
    'name_birth_city' as kind,
    name,
    city as place

from met

where city is not null and not is_initials
