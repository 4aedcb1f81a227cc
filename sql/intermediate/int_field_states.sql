-- One row per person × owner × field × state, with the state's best grade.
-- Clear and protected copies of one field stand side by side (semantics, section 6).

with

states as (

    select
        component_number,
        owner_number,
        field,
        state,
        is_readable,
        min(grade_rank) as grade_rank

    from int_person_findings

    group by component_number, owner_number, field, state, is_readable

)

select
    component_number,
    owner_number,
    field,
    state,
    grade_rank,
    max(case when is_readable then 1 else 0 end) over (
        partition by component_number, owner_number, field
    ) = 1 as is_field_readable

from states
