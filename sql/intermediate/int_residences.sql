-- One row per exposed person × owner whose country of residence is known.
-- From the person's records under that brand and controller, reached or not: where two disagree, the first in the
-- alphabet, so that equal inputs say equal things.

with

person_records as (

    select * from int_person_records

)

select
    component_number,
    owner_number,
    min(residence) as residence

from person_records

where residence is not null

group by component_number, owner_number
