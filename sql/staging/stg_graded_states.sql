-- One row per state × grade: how both are written, and the bit they are carried by.

with

states as (

    select
        state_rank,
        state

    from landed_states

),

grades as (

    select * from stg_grades

)

select
    states.state_rank,
    grades.grade_rank,
    states.state || ':' || grades.grade as graded_state,
    cast(power(2, (states.state_rank - 1) * 3 + grades.grade_rank - 1) as bigint) as graded_bit

from states
cross join grades
