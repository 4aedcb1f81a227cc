-- One row per exposure of which something is amiss that it shows by itself, with a flag for each thing.

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

looked_at as (

    select
        exposures.person_id,
        exposures.brand,
        exposures.controller,
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
    left join (select * from judged_lists where is_masked_alone or is_paid_otherwise) as states
        on states.states is not distinct from exposures.states
        and states.has_payment_data is not distinct from exposures.has_payment_data

)

select *

from looked_at

where
    is_incomplete
    or is_outside_window
    or is_graded_without_reason
    or is_without_events
    or has_unknown_datasets
    or is_masked_alone
    or is_paid_otherwise
