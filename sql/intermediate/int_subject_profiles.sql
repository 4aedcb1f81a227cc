-- One row per linked subject: the number of its profile.
-- Subjects of equal name, birth date and generation have one profile, numbered by the first of them, so that two
-- profiles are compared once.

select
    subjects.subject_number,
    min(subjects.subject_number) over (
        partition by subjects.given_name, subjects.family_name, subjects.birth_date, subjects.generation
    ) as profile_number

from int_subjects as subjects
inner join linked_subjects as linked on linked.subject_number = subjects.subject_number
