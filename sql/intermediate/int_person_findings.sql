-- One row per finding that stands, with the component of the person it concerns.
-- Semantics, section 6: a masked value is reported beside other fields and never creates a row by itself, so findings
-- of a person under a brand that has nothing but masked values are set aside.

with

findings as (

    select * from int_findings

),

subjects as (

    select
        subject_number,
        dataset,
        record_key,
        subject

    from int_subjects

),

components as (

    select * from int_subject_components

),

states as (

    select
        state,
        is_readable,
        state_rank

    from landed_states

),

placed as (

    select
        components.component_number,
        subjects.subject_number,
        findings.*,
        states.is_readable,
        states.state_rank,
        max(case when findings.state <> 'masked' then 1 else 0 end) over (
            partition by components.component_number, findings.brand, findings.controller
        ) as has_unmasked

    from findings
    inner join subjects
        on subjects.dataset = findings.dataset
        and subjects.record_key = findings.record_key
        and subjects.subject = findings.subject
    inner join components on components.subject_number = subjects.subject_number
    inner join states on states.state = findings.state

)

select
    component_number,
    subject_number,
    dataset,
    record_key,
    subject,
    brand,
    controller,
    field,
    state,
    is_readable,
    state_rank,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at

from placed

where has_unmasked = 1
