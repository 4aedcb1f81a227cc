-- One row per exposed person × brand × controller whose country of residence is known.
-- From the person's records under that brand and controller: a CRM's word before others', the first in the alphabet
-- where two disagree.

with

person_records as (

    select * from int_person_records

    where residence is not null

),

datasets as (

    select
        dataset,
        role

    from landed_datasets

),

ranked as (

    select
        person_records.component_number,
        person_records.brand,
        person_records.controller,
        person_records.residence,
        row_number() over (
            partition by person_records.component_number, person_records.brand, person_records.controller
            order by
                case when datasets.role = 'crm' then 1 else 2 end,
                person_records.residence,
                person_records.record_number
        ) as residence_number

    from person_records
    inner join datasets on datasets.dataset = person_records.dataset

)

select
    component_number,
    brand,
    controller,
    residence

from ranked

where residence_number = 1
