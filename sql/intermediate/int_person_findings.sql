-- One row per finding that stands, with the component of the person it concerns.
-- Semantics, section 6: a masked value is reported beside other fields and never creates a row by itself, so findings
-- of a person under a brand that has nothing but masked values are set aside.

with

placed as (

    select
        components.component_number,
        findings.subject_number,
        findings.owner_number,
        findings.field_number,
        findings.state_rank,
        states.is_readable,
        states.state = 'masked' as is_masked,
        findings.event_number,
        findings.access_rank,
        findings.grade_rank,
        findings.grade_reason,
        findings.first_at,
        findings.last_at,
        findings.event_count

    from int_findings as findings
    inner join int_subject_components as components on components.subject_number = findings.subject_number
    inner join landed_states as states on states.state_rank = findings.state_rank

),

standing as (

    select distinct
        component_number,
        owner_number

    from placed

    where not is_masked

)

select
    placed.component_number,
    placed.subject_number,
    placed.owner_number,
    placed.field_number,
    placed.state_rank,
    placed.is_readable,
    placed.event_number,
    placed.access_rank,
    placed.grade_rank,
    placed.grade_reason,
    placed.first_at,
    placed.last_at,
    placed.event_count

from placed
inner join standing
    on standing.component_number = placed.component_number and standing.owner_number = placed.owner_number
