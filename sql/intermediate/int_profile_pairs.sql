-- One row per two profiles that share a value or a declared link and so have to be compared.

with

shared as (

    select * from int_shared_profiles where profile_count > 1

),

subjects as (

    select
        subject_number,
        profile_number

    from int_subject_profiles

),

declared as (

    select
        least(linking.profile_number, target.profile_number) as profile_number,
        greatest(linking.profile_number, target.profile_number) as other_profile_number

    from int_declared_targets as targets
    inner join subjects as linking on linking.subject_number = targets.subject_number
    inner join subjects as target on target.subject_number = targets.target_subject_number

),

pairs as (

    select
        shared.profile_number,
        others.profile_number as other_profile_number

    from shared
    inner join shared as others
        on others.value_number = shared.value_number
        and others.profile_number > shared.profile_number

    union

    select
        profile_number,
        other_profile_number

    from declared

    where profile_number < other_profile_number

)

select
    pairs.profile_number,
    pairs.other_profile_number,
    profiles.given_name,
    profiles.family_name,
    profiles.birth_date,
    profiles.generation,
    others.given_name as other_given_name,
    others.family_name as other_family_name,
    others.birth_date as other_birth_date,
    others.generation as other_generation

from pairs
inner join int_profiles as profiles on profiles.profile_number = pairs.profile_number
inner join int_profiles as others on others.profile_number = pairs.other_profile_number
