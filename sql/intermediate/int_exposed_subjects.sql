-- One row per exposed record × subject × owner: the grain at which nothing is lost.
-- A record's own best grade, beside the fields of it that were within reach.

with

contents as (

    select
        held.subject_number,
        held.owner_number,
        max(held.grade_rank) > min(held.grade_rank) as is_mixed_grade,
        bit_or(case when held.is_readable then fields.low_bit else 0 end) as low_bits,
        bit_or(case when held.is_readable then fields.high_bit else 0 end) as high_bits,
        bit_or(case when held.is_readable then 0 else fields.low_bit end) as protected_low_bits,
        bit_or(case when held.is_readable then 0 else fields.high_bit end) as protected_high_bits

    from int_subject_fields as held
    inner join landed_fields as fields on fields.field_number = held.field_number

    group by held.subject_number, held.owner_number

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
    contents.is_mixed_grade,
    grades.grade_reason,
    grades.access_rank,
    contents.low_bits,
    contents.high_bits,
    contents.protected_low_bits,
    contents.protected_high_bits,
    grades.first_at,
    grades.last_at,
    grades.event_count

from grades
inner join contents
    on contents.subject_number = grades.subject_number and contents.owner_number = grades.owner_number

where grades.grade_number = 1
