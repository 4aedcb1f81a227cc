-- One row per brand × controller: the name the customer knows and the company that must answer.
-- Two controllers can share a brand name (semantics, section 1), so only both together say whose customer somebody is.

with

owners as (

    select distinct
        brand,
        controller

    from landed_records

)

select
    row_number() over (order by brand nulls last, controller nulls last) as owner_number,
    brand,
    controller

from owners
