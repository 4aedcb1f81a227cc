-- One row per exposure whose records are not those of exposed_records, with a flag for each thing amiss; and one per
-- person, brand and controller with records but no exposure.
--
-- Whoever has a single record needs no count of distinct ones.

with records_found as (

    select
        person_id,
        brand,
        controller,
        count(*) as row_count,
        min(dataset) as dataset,
        count(record_key) as key_count,
        min(case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as best_rank

    from exposed_records

    group by
        person_id,
        brand,
        controller

),

records_of_several as (

    select
        records.person_id,
        records.brand,
        records.controller,
        count(distinct records.dataset || chr(0) || records.record_key) as record_count,
        list_sort(list(distinct records.dataset)) as datasets

    from exposed_records as records
    semi join records_found
        on records_found.row_count > 1
        and records_found.person_id = records.person_id
        and records_found.brand = records.brand
        and records_found.controller = records.controller

    group by
        records.person_id,
        records.brand,
        records.controller

),

compared as (

    select
        coalesce(told.person_id, records_found.person_id) as person_id,
        coalesce(told.brand, records_found.brand) as brand,
        coalesce(told.controller, records_found.controller) as controller,
        told.grade_rank,
        told.grade_rank is null as is_no_exposure,
        told.grade_rank is not null and case
            when records_found.row_count is null then true
            when records_found.row_count = 1
                then told.record_count <> records_found.key_count
                or len(told.datasets) <> 1
                or told.datasets[1] <> records_found.dataset
            else told.record_count <> several.record_count or list_sort(told.datasets) <> several.datasets
        end as has_other_records,
        told.grade_rank > records_found.best_rank as has_surer_records

    from (
        select
            person_id,
            brand,
            controller,
            record_count,
            datasets,
            case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end as grade_rank

        from exposures
    ) as told
    full outer join records_found
        on records_found.person_id = told.person_id
        and records_found.brand = told.brand
        and records_found.controller = told.controller
    left join records_of_several as several
        on several.person_id = told.person_id
        and several.brand = told.brand
        and several.controller = told.controller

)

select *

from compared

where
    is_no_exposure
    or has_other_records
    or has_surer_records
