-- One row per person of whom another number of records is told than are exposed.
--
-- Whoever has a single record needs no count of distinct ones.

with records_found as (

    select
        person_id,
        count(*) as row_count,
        count(case when dataset is not null then record_key end) as key_count

    from exposed_records

    group by person_id

),

records_of_several as (

    select
        records.person_id,
        count(distinct records.dataset || chr(0) || records.record_key) as record_count

    from exposed_records as records
    semi join records_found on records_found.row_count > 1 and records_found.person_id = records.person_id

    group by records.person_id

)

select people.person_id

from people
left join records_found on records_found.person_id = people.person_id
left join records_of_several on records_of_several.person_id = people.person_id

where
    people.record_count <> case
        when records_found.row_count > 1 then records_of_several.record_count
        else coalesce(records_found.key_count, 0)
    end
