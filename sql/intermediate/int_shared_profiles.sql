-- One row per profile × value that subjects of it share with others.
-- A value that ties by the name alone is let go where more than fifty profiles share it: a tower block, a name that a
-- whole town bears. Phone and address ask for a name to compare.

with

carried as (

    select
        subject_values.kind,
        subject_values.value,
        subjects.profile_number,
        subject_values.is_common,
        count(*) as subject_count

    from int_subject_values as subject_values
    inner join int_subject_profiles as subjects on subjects.subject_number = subject_values.subject_number
    inner join int_profiles as profiles on profiles.profile_number = subjects.profile_number
    left join landed_identifier_kinds as kinds on kinds.kind = subject_values.kind

    where
        profiles.given_name is not null
        or subject_values.kind = 'email'
        or kinds.identifier_class = 'primary'
        or subject_values.kind like 'name_birth%'

    group by subject_values.kind, subject_values.value, subjects.profile_number, subject_values.is_common

),

sized as (

    select
        kind,
        value,
        profile_number,
        is_common,
        sum(subject_count) over (partition by kind, value) as subject_count,
        count(*) over (partition by kind, value) as profile_count

    from carried

)

select
    kind,
    value,
    profile_number,
    is_common,
    profile_count

from sized

where subject_count > 1 and profile_count <= 50
