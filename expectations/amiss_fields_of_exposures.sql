-- One row per exposure whose fields are not those of exposure_fields, with a flag for each thing that is amiss; and one
-- per person, brand and controller with fields but no exposure.

with fields_found as (

    select
        found.person_id,
        found.brand,
        found.controller,
        min(case found.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as best_rank,
        max(case found.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as worst_rank,
        coalesce(
            min(found.first_exposed_at) filter (where found.grade = 'confirmed'),
            min(found.first_exposed_at) filter (where found.grade = 'likely'),
            min(found.first_exposed_at)
        ) as first_exposed_at,
        coalesce(
            max(found.last_exposed_at) filter (where found.grade = 'confirmed'),
            max(found.last_exposed_at) filter (where found.grade = 'likely'),
            max(found.last_exposed_at)
        ) as last_exposed_at,
        bit_or(known.low_bit) as low_bits,
        bit_or(known.high_bit) as high_bits

    from exposure_fields as found
    left join landed_fields as known on known.field = found.field

    group by
        found.person_id,
        found.brand,
        found.controller

),

told as (

    select
        exposures.person_id,
        exposures.brand,
        exposures.controller,
        true as is_exposed,
        case exposures.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end as grade_rank,
        exposures.is_mixed_grade,
        exposures.first_exposed_at,
        exposures.last_exposed_at,
        fields.low_bits | fields.hidden_low_bits as low_bits,
        fields.high_bits | fields.hidden_high_bits as high_bits,
        coalesce(fields.is_unknown, true) as has_unknown_fields

    from exposures
    left join told_fields as fields
        on fields.lists_hash = hash(exposures.fields::varchar[], exposures.protected_fields::varchar[])

),

compared as (

    select
        coalesce(told.person_id, fields_found.person_id) as person_id,
        coalesce(told.brand, fields_found.brand) as brand,
        coalesce(told.controller, fields_found.controller) as controller,
        told.is_exposed is null as is_no_exposure,
        told.is_exposed and told.has_unknown_fields as has_unknown_fields,
        told.is_exposed and fields_found.best_rank is null as has_no_field,
        told.grade_rank <> fields_found.best_rank
        or told.first_exposed_at <> fields_found.first_exposed_at
        or told.last_exposed_at <> fields_found.last_exposed_at
        or told.is_mixed_grade <> (fields_found.worst_rank > fields_found.best_rank) as is_graded_otherwise,
        told.low_bits <> fields_found.low_bits or told.high_bits <> fields_found.high_bits as has_other_fields

    from told
    full outer join fields_found
        on fields_found.person_id = told.person_id
        and fields_found.brand = told.brand
        and fields_found.controller = told.controller

)

select *

from compared

where
    is_no_exposure
    or has_unknown_fields
    or has_no_field
    or is_graded_otherwise
    or has_other_fields
