-- One row per finding that stands, with the component of the person it concerns.
-- Semantics, section 6: a masked value is reported beside other fields and never creates a row by itself, so findings
-- of a person under a brand that has nothing but masked values are set aside. A portion found with another grade
-- stands beside it under a number of its own.

with

placed as (

    select
        components.component_number,
        findings.subject_number,
        findings.owner_number,
        findings.portion_number,
        findings.portion_number * 4 + findings.grade_rank as graded_portion_number,
        portions.is_masked,
        findings.event_number,
        findings.access_rank,
        findings.grade_rank,
        findings.grade_reason,
        findings.first_at,
        findings.last_at,
        findings.event_count

    from int_findings as findings
    inner join int_subject_components as components on components.subject_number = findings.subject_number
    inner join int_portions as portions on portions.portion_number = findings.portion_number

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
    placed.portion_number,
    placed.graded_portion_number,
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
