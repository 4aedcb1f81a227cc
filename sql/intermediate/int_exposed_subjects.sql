-- One row per exposed record × subject × owner: the grain at which nothing is lost.
-- A record's own best grade, beside the fields of it that were within reach.

with

fields as (

    select
        subject_number,
        owner_number,
        max(grade_rank) > min(grade_rank) as is_mixed_grade,
        collect_set(case when is_readable then field end) as fields,
        collect_set(case when not is_readable then field end) as protected_fields

    from int_subject_fields

    group by subject_number, owner_number

),

by_event as (

    select
        component_number,
        subject_number,
        owner_number,
        grade_rank,
        event_number,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count

    from int_person_findings

    group by component_number, subject_number, owner_number, grade_rank, event_number

),

grades as (

    select
        component_number,
        subject_number,
        owner_number,
        grade_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        row_number() over (partition by subject_number, owner_number order by grade_rank nulls last) as grade_number

    from by_event

    group by component_number, subject_number, owner_number, grade_rank

)

select
    grades.component_number,
    grades.subject_number,
    grades.owner_number,
    grades.grade_rank,
    fields.is_mixed_grade,
    grades.grade_reason,
    grades.access_rank,
    fields.fields,
    fields.protected_fields,
    grades.first_at,
    grades.last_at,
    grades.event_count

from grades
inner join fields on fields.subject_number = grades.subject_number and fields.owner_number = grades.owner_number

where grades.grade_number = 1
