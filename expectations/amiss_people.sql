-- One row per person of whom something is amiss, with a flag for each thing.
--
-- Whoever has a single exposure needs no list of distinct ones. Records and contacts are looked at apart: joins and
-- groups of one query want memory at once.

with told as (

    select
        people.person_id,
        case people.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end as grade_rank,
        people.brand_count,
        people.brands,
        people.first_exposed_at,
        people.last_exposed_at,
        fields.low_bits,
        fields.high_bits,
        fields.hidden_low_bits,
        fields.hidden_high_bits,
        coalesce(fields.is_unknown, true) as has_unknown_fields,
        not regexp_full_match(people.person_id, 'p[0-9a-f]{20}') as is_no_pseudonym,
        people.first_exposed_at
        < case when people.grade = 'possible' then bounds.possible_start_at else bounds.start_at end
        or case
            when people.grade = 'possible' then people.last_exposed_at > bounds.possible_end_at
            else people.last_exposed_at >= bounds.end_at
        end as is_outside_window,
        (
            people.brand_count is null or people.brands is null or people.fields is null
            or people.protected_fields is null or people.record_count is null or people.contact_ids is null
            or people.first_exposed_at is null or people.last_exposed_at is null
            or case
                when people.person_id between '!' and '~' then false
                else coalesce(trim(people.person_id), '') = ''
            end
            or coalesce(trim(people.grade), '') = ''
            or coalesce(people.incident_id, '') not in (select incident_id from landed_incident)
        ) as is_incomplete

    from people
    cross join told_bounds as bounds
    left join told_fields as fields
        on fields.lists_hash = hash(people.fields::varchar[], people.protected_fields::varchar[])

),

exposed as (

    select
        exposures.person_id,
        count(*) as row_count,
        min(exposures.brand) as brand,
        min(case exposures.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as best_rank,
        coalesce(
            min(exposures.first_exposed_at) filter (where exposures.grade = 'confirmed'),
            min(exposures.first_exposed_at) filter (where exposures.grade = 'likely'),
            min(exposures.first_exposed_at)
        ) as first_exposed_at,
        coalesce(
            max(exposures.last_exposed_at) filter (where exposures.grade = 'confirmed'),
            max(exposures.last_exposed_at) filter (where exposures.grade = 'likely'),
            max(exposures.last_exposed_at)
        ) as last_exposed_at,
        bit_or(fields.low_bits) as low_bits,
        bit_or(fields.high_bits) as high_bits,
        bit_or(fields.hidden_low_bits) as hidden_low_bits,
        bit_or(fields.hidden_high_bits) as hidden_high_bits

    from exposures
    left join told_fields as fields
        on fields.lists_hash = hash(exposures.fields::varchar[], exposures.protected_fields::varchar[])

    group by exposures.person_id

),

brands_of_several as (

    select
        exposures.person_id,
        count(distinct exposures.brand) as brand_count,
        list_sort(list(distinct exposures.brand)) as brands

    from exposures
    semi join exposed on exposed.row_count > 1 and exposed.person_id = exposures.person_id

    group by exposures.person_id

),

compared as (

    select
        told.person_id,
        told.is_incomplete,
        told.is_outside_window,
        told.has_unknown_fields,
        told.is_no_pseudonym,
        exposed.row_count is null
        or exposed.best_rank <> told.grade_rank
        or exposed.first_exposed_at <> told.first_exposed_at
        or exposed.last_exposed_at <> told.last_exposed_at
        or case
            when exposed.row_count = 1
                then told.brand_count <> 1 or len(told.brands) <> 1 or told.brands[1] <> exposed.brand
            else told.brand_count <> several.brand_count or list_sort(told.brands) <> several.brands
        end as is_exposed_otherwise,
        exposed.low_bits <> told.low_bits
        or exposed.high_bits <> told.high_bits
        or exposed.hidden_low_bits & ~exposed.low_bits <> told.hidden_low_bits
        or exposed.hidden_high_bits & ~exposed.high_bits <> told.hidden_high_bits as has_other_fields

    from told
    left join exposed on exposed.person_id = told.person_id
    left join brands_of_several as several on several.person_id = told.person_id

)

select *

from compared

where
    is_incomplete
    or is_outside_window
    or has_unknown_fields
    or is_no_pseudonym
    or is_exposed_otherwise
    or has_other_fields
