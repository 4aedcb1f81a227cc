-- One row per linked subject that something may tie to another: the number of its profile.
-- Subjects of equal name, birth date and generation have one profile, numbered by the first of them, so that two
-- profiles are compared once. Who shares nothing with anybody needs none.

with

tied as (

    select subject_number from int_subject_values

    union

    select subject_number from int_declared_targets

    union

    select target_subject_number as subject_number from int_declared_targets

    union

    select subject_number from int_decided_pairs

    union

    select other_subject_number as subject_number from int_decided_pairs

)

select
    subjects.subject_number,
    min(subjects.subject_number) over (
        partition by subjects.given_name, subjects.family_name, subjects.birth_date, subjects.generation
    ) as profile_number

from int_subjects as subjects
inner join tied on tied.subject_number = subjects.subject_number
