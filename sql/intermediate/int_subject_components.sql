-- One row per linked subject: which component of linked subjects it belongs to.
-- Who is tied to nobody is a component alone.

with

subjects as (

    select subject_number from linked_subjects

),

resolved as (

    select * from resolved_subjects

)

select
    subjects.subject_number,
    coalesce(resolved.component_number, subjects.subject_number) as component_number

from subjects
left join resolved on resolved.subject_number = subjects.subject_number
