-- One row per row of exposure_fields of which something is amiss, with a flag for each thing.

with told as (

    select
        told.person_id,
        told.brand,
        told.controller,
        told.field,
        (
            told.states is null or told.first_exposed_at is null or told.last_exposed_at is null
            or told.event_count is null
            or case
                when told.person_id between '!' and '~' then false
                else coalesce(trim(told.person_id), '') = ''
            end
            or coalesce(trim(told.brand), '') = '' or coalesce(trim(told.controller), '') = ''
            or coalesce(trim(told.field), '') = '' or coalesce(trim(told.state), '') = ''
            or coalesce(trim(told.grade), '') = '' or coalesce(trim(told.grade_reason), '') = ''
            or coalesce(trim(told.access), '') = ''
            or coalesce(told.incident_id, '') not in (select incident_id from landed_incident)
        ) as is_incomplete,
        told.grade not in ('confirmed', 'likely', 'possible')
        or told.access not in ('exported', 'viewed', 'unknown') as has_other_words,
        told.first_exposed_at
        < case when told.grade = 'possible' then bounds.possible_start_at else bounds.start_at end
        or case
            when told.grade = 'possible' then told.last_exposed_at > bounds.possible_end_at
            else told.last_exposed_at >= bounds.end_at
        end as is_outside_window,
        (told.grade = 'confirmed') <> (told.grade_reason in ('exact_reach', 'intercepted'))
        or (
            told.grade_reason
            in ('log_gap', 'unlogged_copy', 'stand_in', 'unattributed', 'unknown_device', 'unreadable_time')
        ) <> (told.grade = 'possible') as is_graded_without_reason,
        told.event_count < 0
        or (
            told.event_count = 0
            and not (told.grade_reason in ('log_gap', 'unlogged_copy') and told.access = 'unknown')
            and not (
                told.access = 'exported'
                and told.grade_reason in (
                    'log_gap', 'unlogged_copy', 'intercepted', 'open_interval', 'date_only', 'ambiguous_time',
                    'unknown_device', 'unreadable_time'
                )
                and bounds.is_intercepted
            )
        ) as is_without_events,
        told.field is not null and told.field not in (select field from landed_fields) as is_unknown_field,
        told.state is not null and told.state not in (select state from landed_states) as is_unknown_state,
        case
            when len(told.states) = 1 then told.states[1] <> told.state || ':' || told.grade
            else not list_contains(told.states, told.state || ':' || told.grade)
        end as is_state_of_none

    from exposure_fields as told
    cross join told_bounds as bounds

)

select *

from told

where
    is_incomplete
    or has_other_words
    or is_outside_window
    or is_graded_without_reason
    or is_without_events
    or is_unknown_field
    or is_unknown_state
    or is_state_of_none
