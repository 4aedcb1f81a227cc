-- One row per name that several families, or several given names, have in these records: a name, not a slip of the pen.
-- Two established names that differ in a letter (Martin, Marvin) are two names; a spelling that occurs in one family
-- only may be a slip. What is a name is learnt from everybody; of family names, which are many, only those of two who
-- may be one person and do not bear the same are in question.

with

pairs as (

    select
        profile_number,
        other_profile_number

    from int_profile_pairs

    union

    select
        one.profile_number,
        other.profile_number as other_profile_number

    from int_decided_pairs as decided
    inner join int_subject_profiles as one on one.subject_number = decided.subject_number
    inner join int_subject_profiles as other on other.subject_number = decided.other_subject_number

),

compared as (

    select
        one.family_name,
        other.family_name as other_family_name

    from pairs
    inner join int_profiles as one on one.profile_number = pairs.profile_number
    inner join int_profiles as other on other.profile_number = pairs.other_profile_number

),

questioned as (

    select family_name

    from compared

    where other_family_name is null or family_name <> other_family_name

    union

    select other_family_name as family_name

    from compared

    where family_name is null or family_name <> other_family_name

),

subjects as (

    select
        names.given_name,
        names.family_name

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null and length(names.given_name) > 1 and names.family_name is not null

    union all

    select
        given_name,
        family_name

    from int_name_versions

    where length(given_name) > 1 and family_name is not null

),

-- who lies between the first and the last is a third: so nothing has to be counted
families as (

    select
        given_name,
        min(family_name) as first_family_name,
        max(family_name) as last_family_name

    from subjects

    group by given_name

)

select distinct
    'given' as part,
    subjects.given_name as name

from subjects
inner join families
    on families.given_name = subjects.given_name
    and families.first_family_name < subjects.family_name
    and families.last_family_name > subjects.family_name

union all

select
    'family' as part,
    subjects.family_name as name

from subjects
inner join questioned on questioned.family_name = subjects.family_name

group by subjects.family_name

having count(distinct subjects.given_name) >= 3
