-- One row per exposed person × owner whose country of residence is known.
-- From the person's records under that brand and controller: a CRM's word before others', the first in the alphabet
-- where two disagree.

with

ranked as (

    select
        component_number,
        owner_number,
        residence,
        row_number() over (
            partition by component_number, owner_number
            order by
                case when role = 'crm' then 1 else 2 end,
                residence,
                record_number
        ) as residence_number

    from int_person_records

    where residence is not null

)

select
    component_number,
    owner_number,
    residence

from ranked

where residence_number = 1
