-- One row per exposed record × subject × brand × controller: the grain at which nothing is lost.
-- A record's own best grade, beside the fields of it that were within reach.

with

findings as (

    select * from int_person_findings

),

field_grades as (

    select
        subject_number,
        brand,
        controller,
        field,
        min(grade_rank) as grade_rank

    from findings

    group by subject_number, brand, controller, field

),

mixtures as (

    select
        subject_number,
        brand,
        controller,
        max(grade_rank) > min(grade_rank) as is_mixed_grade

    from field_grades

    group by subject_number, brand, controller

),

fields as (

    select
        subject_number,
        brand,
        controller,
        collect_set(case when is_readable then field end) as fields,
        collect_set(case when not is_readable then field end) as protected_fields

    from findings

    group by subject_number, brand, controller

),

grades as (

    select
        component_number,
        subject_number,
        dataset,
        record_key,
        subject,
        brand,
        controller,
        grade_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        count(distinct event_number) as event_count,
        row_number() over (partition by subject_number, brand, controller order by grade_rank) as grade_number

    from findings

    group by component_number, subject_number, dataset, record_key, subject, brand, controller, grade_rank

)

select
    grades.component_number,
    grades.subject_number,
    grades.dataset,
    grades.record_key,
    grades.subject,
    grades.brand,
    grades.controller,
    grades.grade_rank,
    mixtures.is_mixed_grade,
    grades.grade_reason,
    grades.access_rank,
    fields.fields,
    fields.protected_fields,
    grades.first_at,
    grades.last_at,
    grades.event_count

from grades
inner join mixtures
    on mixtures.subject_number = grades.subject_number
    and mixtures.brand = grades.brand
    and mixtures.controller = grades.controller
inner join fields
    on fields.subject_number = grades.subject_number
    and fields.brand = grades.brand
    and fields.controller = grades.controller

where grades.grade_number = 1
