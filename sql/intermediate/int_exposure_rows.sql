-- One row per exposed person × brand × controller: its best grade, and what stands behind it.
-- A row's grade is its best field's, and a row that mixes grades says so (semantics, section 7).

with

findings as (

    select * from int_person_findings

),

fields as (

    select
        component_number,
        owner_number,
        max(grade_rank) > min(grade_rank) as is_mixed_grade

    from int_exposed_fields

    group by component_number, owner_number

),

by_event as (

    select
        component_number,
        owner_number,
        grade_rank,
        event_number,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count

    from findings

    group by component_number, owner_number, grade_rank, event_number

),

grades as (

    select
        component_number,
        owner_number,
        grade_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        row_number() over (partition by component_number, owner_number order by grade_rank nulls last) as grade_number

    from by_event

    group by component_number, owner_number, grade_rank

)

select
    grades.component_number,
    grades.owner_number,
    grades.grade_rank,
    fields.is_mixed_grade,
    grades.grade_reason,
    grades.access_rank,
    grades.first_at,
    grades.last_at,
    grades.event_count

from grades
inner join fields
    on fields.component_number = grades.component_number
    and fields.owner_number = grades.owner_number

where grades.grade_number = 1
