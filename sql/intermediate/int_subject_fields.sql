-- One row per exposed subject × owner × field: its best grade, and whether any finding of it can be read.

with

findings as (

    select * from int_person_findings

)

select
    subject_number,
    owner_number,
    field_number,
    min(grade_rank) as grade_rank,
    max(case when is_readable then 1 else 0 end) = 1 as is_readable

from findings

group by subject_number, owner_number, field_number
