-- One row per profile: the name, birth date and generation that all its subjects have in common.

select
    profiles.profile_number,
    subjects.given_name,
    subjects.family_name,
    subjects.birth_date,
    subjects.generation

from int_subject_profiles as profiles
inner join int_subjects as subjects on subjects.subject_number = profiles.profile_number

where profiles.subject_number = profiles.profile_number
