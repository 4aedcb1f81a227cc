-- One row: from which to which number the landed records go, and whether every number between is one of them.
--
-- Numbers that rise from row to row and leave none out need no table to be looked up in.

with neighbours as (

    select
        record_number,
        lag(record_number) over () as earlier_number

    from landed_records

)

select
    min(record_number) as first_number,
    max(record_number) as last_number,
    count(*) filter (where record_number = earlier_number + 1) + 1 = count(*) as is_dense

from neighbours
