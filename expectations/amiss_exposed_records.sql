-- One row per exposed record of which something is amiss that it shows by itself, with a flag for each thing.

with looked_at as (

    select
        told.dataset,
        told.record_key,
        told.subject,
        told.brand,
        told.controller,
        (
            told.is_mixed_grade is null or told.fields is null or told.protected_fields is null
            or told.first_exposed_at is null or told.last_exposed_at is null or told.event_count is null
            or told.link_basis is null
            or case
                when told.record_key between '!' and '~' then false
                else coalesce(trim(told.record_key), '') = ''
            end
            or case
                when told.person_id between '!' and '~' then false
                else coalesce(trim(told.person_id), '') = ''
            end
            or case
                when told.evidence_id between '!' and '~' then false
                else coalesce(trim(told.evidence_id), '') = ''
            end
            or coalesce(trim(told.dataset), '') = '' or coalesce(trim(told.subject), '') = ''
            or coalesce(trim(told.brand), '') = '' or coalesce(trim(told.controller), '') = ''
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
        told.dataset is not null and told.dataset not in (select dataset from landed_datasets) as is_unknown_dataset,
        coalesce(fields.is_unknown, true) as has_unknown_fields,
        addresses.address is not null as is_address,
        unnamed.link_basis is not null as has_unnamed_basis

    from exposed_records as told
    cross join told_bounds as bounds
    left join told_fields as fields
        on fields.lists_hash = hash(told.fields::varchar[], told.protected_fields::varchar[])
    left join told_addresses as addresses on addresses.address = told.record_key
    left join told_unnamed_bases as unnamed on unnamed.link_basis is not distinct from told.link_basis

)

select *

from looked_at

where
    is_incomplete
    or has_other_words
    or is_outside_window
    or is_graded_without_reason
    or is_without_events
    or is_unknown_dataset
    or has_unknown_fields
    or is_address
    or has_unnamed_basis
