-- One row per person × brand × controller × field: its best grade, and what stands behind it.
-- Semantics, section 7: the grade stands on each field. Instants, access and events are those of the best grade's
-- findings, so that a confirmed read is never dated by a gap that merely might have been one. `graded_bits` are all
-- its states with all their grades.

with

findings as (

    select * from int_person_findings

),

graded_states as (

    select * from stg_graded_states

),

by_event as (

    select
        findings.component_number,
        findings.owner_number,
        findings.field_number,
        findings.grade_rank,
        findings.event_number,
        bit_or(graded_states.graded_bit) as graded_bits,
        min(findings.state_rank) as state_rank,
        min(findings.grade_reason) as grade_reason,
        min(findings.access_rank) as access_rank,
        min(findings.first_at) as first_at,
        max(findings.last_at) as last_at,
        max(findings.event_count) as event_count

    from findings
    inner join graded_states
        on graded_states.state_rank = findings.state_rank and graded_states.grade_rank = findings.grade_rank

    group by
        findings.component_number,
        findings.owner_number,
        findings.field_number,
        findings.grade_rank,
        findings.event_number

),

grades as (

    select
        component_number,
        owner_number,
        field_number,
        grade_rank,
        bit_or(graded_bits) as graded_bits,
        min(state_rank) as state_rank,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count

    from by_event

    group by component_number, owner_number, field_number, grade_rank

)

select
    component_number,
    owner_number,
    field_number,
    min(grade_rank) as grade_rank,
    bit_or(graded_bits) as graded_bits,
    min_by(state_rank, grade_rank) as state_rank,
    min_by(grade_reason, grade_rank) as grade_reason,
    min_by(access_rank, grade_rank) as access_rank,
    min_by(first_at, grade_rank) as first_at,
    min_by(last_at, grade_rank) as last_at,
    min_by(event_count, grade_rank) as event_count

from grades

group by component_number, owner_number, field_number
