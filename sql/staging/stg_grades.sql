-- One row per grade: how sure, strongest first (semantics, section 7).

select
    1 as grade_rank,
    'confirmed' as grade

union all

select
    2 as grade_rank,
    'likely' as grade

union all

select
    3 as grade_rank,
    'possible' as grade
