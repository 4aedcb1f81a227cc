-- One row per exposure of which something is amiss, with a flag for each thing; and one per person, brand and
-- controller with fields or records but no exposure.

with lists as materialized (

    select distinct
        states,
        has_payment_data

    from exposures

),

judged_lists as (

    select
        states,
        has_payment_data,
        len(list_filter(states, lambda state: split_part(state, ':', 2) <> 'masked')) = 0 as is_masked_alone,
        has_payment_data <> exists (
            select 1 from (select unnest(lists.states) as state) as found
            inner join landed_fields as known
                on known.is_payment and known.field = split_part(found.state, ':', 1)
            where split_part(found.state, ':', 2) <> 'masked'
        ) as is_paid_otherwise

    from lists

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
        exposures.record_count,
        exposures.datasets,
        fields.low_bits | fields.hidden_low_bits as low_bits,
        fields.high_bits | fields.hidden_high_bits as high_bits,
        coalesce(fields.is_unknown, true) as has_unknown_fields,
        states.is_masked_alone is not distinct from true as is_masked_alone,
        states.is_paid_otherwise is not distinct from true as is_paid_otherwise,
        len(exposures.datasets) = 0
        or not list_has_all((select list(dataset) from landed_datasets), exposures.datasets) as has_unknown_datasets,
        exposures.first_exposed_at
        < case when exposures.grade = 'possible' then bounds.possible_start_at else bounds.start_at end
        or case
            when exposures.grade = 'possible' then exposures.last_exposed_at > bounds.possible_end_at
            else exposures.last_exposed_at >= bounds.end_at
        end as is_outside_window,
        (exposures.grade = 'confirmed') <> (exposures.grade_reason in ('exact_reach', 'intercepted'))
        or (
            exposures.grade_reason
            in ('log_gap', 'unlogged_copy', 'stand_in', 'unattributed', 'unknown_device', 'unreadable_time')
        ) <> (exposures.grade = 'possible') as is_graded_without_reason,
        exposures.event_count < 0
        or (
            exposures.event_count = 0
            and not (exposures.grade_reason in ('log_gap', 'unlogged_copy') and exposures.access = 'unknown')
            and not (
                exposures.access = 'exported'
                and exposures.grade_reason in (
                    'log_gap', 'unlogged_copy', 'intercepted', 'open_interval', 'date_only', 'ambiguous_time',
                    'unknown_device', 'unreadable_time'
                )
                and bounds.is_intercepted
            )
        ) as is_without_events,
        (
            exposures.is_mixed_grade is null or exposures.fields is null or exposures.protected_fields is null
            or exposures.states is null or exposures.has_payment_data is null
            or exposures.first_exposed_at is null or exposures.last_exposed_at is null
            or exposures.event_count is null or exposures.record_count is null or exposures.datasets is null
            or exposures.processors is null or exposures.has_crm_record is null
            or case
                when exposures.person_id between '!' and '~' then false
                else coalesce(trim(exposures.person_id), '') = ''
            end
            or coalesce(trim(exposures.brand), '') = '' or coalesce(trim(exposures.controller), '') = ''
            or coalesce(trim(exposures.grade), '') = '' or coalesce(trim(exposures.grade_reason), '') = ''
            or coalesce(trim(exposures.access), '') = ''
            or coalesce(exposures.incident_id, '') not in (select incident_id from landed_incident)
        ) as is_incomplete

    from exposures
    cross join told_bounds as bounds
    left join told_fields as fields
        on fields.lists_hash = hash(exposures.fields::varchar[], exposures.protected_fields::varchar[])
    left join (select * from judged_lists where is_masked_alone or is_paid_otherwise) as states
        on states.states is not distinct from exposures.states
        and states.has_payment_data is not distinct from exposures.has_payment_data

),

fields_found as (

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

records_found as (

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
        coalesce(told.person_id, fields_found.person_id, records_found.person_id) as person_id,
        coalesce(told.brand, fields_found.brand, records_found.brand) as brand,
        coalesce(told.controller, fields_found.controller, records_found.controller) as controller,
        told.is_exposed is null as is_no_exposure,
        told.is_exposed and told.is_incomplete as is_incomplete,
        told.is_exposed and told.is_outside_window as is_outside_window,
        told.is_exposed and told.is_graded_without_reason as is_graded_without_reason,
        told.is_exposed and told.is_without_events as is_without_events,
        told.is_exposed and told.has_unknown_fields as has_unknown_fields,
        told.is_exposed and told.has_unknown_datasets as has_unknown_datasets,
        told.is_exposed and told.is_masked_alone as is_masked_alone,
        told.is_exposed and told.is_paid_otherwise as is_paid_otherwise,
        told.is_exposed and fields_found.best_rank is null as has_no_field,
        told.grade_rank <> fields_found.best_rank
        or told.first_exposed_at <> fields_found.first_exposed_at
        or told.last_exposed_at <> fields_found.last_exposed_at
        or told.is_mixed_grade <> (fields_found.worst_rank > fields_found.best_rank) as is_graded_otherwise,
        told.low_bits <> fields_found.low_bits or told.high_bits <> fields_found.high_bits as has_other_fields,
        told.is_exposed and case
            when records_found.row_count is null then true
            when records_found.row_count = 1
                then told.record_count <> records_found.key_count
                or len(told.datasets) <> 1
                or told.datasets[1] <> records_found.dataset
            else told.record_count <> several.record_count or list_sort(told.datasets) <> several.datasets
        end as has_other_records,
        told.grade_rank > records_found.best_rank as has_surer_records,
        told.grade_rank

    from told
    full outer join fields_found
        on fields_found.person_id = told.person_id
        and fields_found.brand = told.brand
        and fields_found.controller = told.controller
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
    or is_incomplete
    or is_outside_window
    or is_graded_without_reason
    or is_without_events
    or has_unknown_fields
    or has_unknown_datasets
    or is_masked_alone
    or is_paid_otherwise
    or has_no_field
    or is_graded_otherwise
    or has_other_fields
    or has_other_records
    or has_surer_records
