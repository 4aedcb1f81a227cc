-- One row per linked subject × word of its name × where it lives: what a birth date can be shared under.
-- Given and family name each stand for the name, so that one slip of the pen, or names in the wrong order, keep nobody
-- from being compared. The name alone, its place blank, counts only where nothing says at which address somebody lives:
-- two who give different ones may be two people, and when in doubt nobody is merged (semantics, section 8).

with

subjects as (

    select
        subjects.subject_number,
        length(subjects.given_name) > 1 and subjects.family_name is not null as is_fully_named,
        case when length(subjects.given_name) > 1 then subjects.given_name end as given_name,
        subjects.family_name,
        least(subjects.given_name, subjects.family_name) || '|' || greatest(subjects.given_name, subjects.family_name)
            as full_name,
        subjects.birth_date,
        subjects.postcode,
        subjects.address,
        subjects.city

    from int_subjects as subjects
    inner join linked_subjects as linked on linked.subject_number = subjects.subject_number

    where subjects.birth_date is not null and not subjects.is_unsure

),

named as (

    select
        subject_number,
        is_fully_named,
        full_name,
        birth_date,
        postcode,
        address,
        city,
        given_name as name

    from subjects

    where given_name is not null

    union all

    select
        subject_number,
        is_fully_named,
        full_name,
        birth_date,
        postcode,
        address,
        city,
        family_name as name

    from subjects

    where family_name is not null and (given_name is null or given_name <> family_name)

)

select
    subject_number,
    is_fully_named,
    full_name,
    birth_date,
    'name_birth' as kind,
    name,
    '' as place

from named

where postcode is null and address is null

union all

select
    subject_number,
    is_fully_named,
    full_name,
    birth_date,
    'name_birth_postcode' as kind,
    name,
    postcode as place

from named

where postcode is not null

union all

select
    subject_number,
    is_fully_named,
    full_name,
    birth_date,
    'name_birth_address' as kind,
    name,
    address as place

from named

where address is not null

union all

select
    subject_number,
    is_fully_named,
    full_name,
    birth_date,
    'name_birth_city' as kind,
    name,
    city as place

from named

where city is not null
