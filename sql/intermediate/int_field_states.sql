-- One row per person × brand × controller × field × state, with the state's best grade.
-- Clear and protected copies of one field stand side by side (semantics, section 6).

with

findings as (

    select * from int_person_findings

)

select
    component_number,
    brand,
    controller,
    field,
    state,
    is_readable,
    min(grade_rank) as grade_rank

from findings

group by component_number, brand, controller, field, state, is_readable
