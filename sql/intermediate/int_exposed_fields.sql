-- One row per person × brand × controller × field: its best grade, and what stands behind it.
-- Semantics, section 7: the grade stands on each field. Instants, access and events are those of the best grade's
-- findings, so that a confirmed read is never dated by a gap that merely might have been one.

with

findings as (

    select * from int_person_findings

),

by_event as (

    select
        component_number,
        owner_number,
        field,
        grade_rank,
        event_number,
        min(state_rank) as state_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count

    from findings

    group by component_number, owner_number, field, grade_rank, event_number

),

grades as (

    select
        component_number,
        owner_number,
        field,
        grade_rank,
        min(state_rank) as state_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        row_number() over (
            partition by component_number, owner_number, field
            order by grade_rank nulls last
        ) as grade_number

    from by_event

    group by component_number, owner_number, field, grade_rank

)

select
    component_number,
    owner_number,
    field,
    grade_rank,
    state_rank,
    grade_reason,
    access_rank,
    first_at,
    last_at,
    event_count

from grades

where grade_number = 1
