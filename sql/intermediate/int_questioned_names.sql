-- One row per name of which it is asked whether it is established.
-- A given name is, if a third family lies between the first and the last that bear it. Of family names, which are many,
-- only those of two who may be one person and do not bear the same are in question.

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

)

select
    'given' as part,
    given_name as name,
    first_family_name as after_name,
    last_family_name as before_name

from int_given_names

where first_family_name < last_family_name

union

select
    'family' as part,
    family_name as name,
    cast(null as varchar) as after_name,
    cast(null as varchar) as before_name

from compared

where other_family_name is null or family_name <> other_family_name

union

select
    'family' as part,
    other_family_name as name,
    cast(null as varchar) as after_name,
    cast(null as varchar) as before_name

from compared

where family_name is null or family_name <> other_family_name
