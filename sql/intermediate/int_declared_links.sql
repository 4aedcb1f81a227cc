-- One row per subject × record it declares to be the same customer: does the link hold.
-- Semantics, section 8: contradiction blocks, also where a key says otherwise.

with

subjects as (

    select
        subject_number,
        profile_number

    from int_subject_profiles

),

compared as (

    select * from compared_profiles

)

select
    targets.subject_number,
    targets.target_subject_number,
    coalesce(compared.is_apart, false) as is_blocked

from int_declared_targets as targets
inner join subjects as linking on linking.subject_number = targets.subject_number
inner join subjects as target on target.subject_number = targets.target_subject_number
left join compared
    on compared.profile_number = least(linking.profile_number, target.profile_number)
    and compared.other_profile_number = greatest(linking.profile_number, target.profile_number)
