-- One row per exposed record of which something is amiss, with a flag for each thing; and one per set of evidence that
-- stands behind no record.

with shown as (

    select
        evidence_id,
        count(*) as row_count,
        min(case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as best_rank,
        min(first_exposed_at) as first_exposed_at,
        case when count(event_id) > 0 then 1 else 0 end as least_event_count

    from evidence

    group by evidence_id

),

events_of_several as (

    select
        evidence.evidence_id,
        count(distinct evidence.event_id) as event_count

    from evidence
    semi join shown on shown.row_count > 1 and shown.evidence_id = evidence.evidence_id

    group by evidence.evidence_id

),

told as (

    select
        told.dataset,
        told.record_key,
        told.subject,
        told.brand,
        told.controller,
        told.evidence_id,
        true as is_record,
        case told.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end as grade_rank,
        told.first_exposed_at,
        told.event_count,
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

),

compared as (

    select
        told.dataset,
        told.record_key,
        told.subject,
        told.brand,
        told.controller,
        coalesce(told.evidence_id, shown.evidence_id) as evidence_id,
        told.is_record is null as is_no_record,
        told.is_record and told.is_incomplete as is_incomplete,
        told.is_record and told.has_other_words as has_other_words,
        told.is_record and told.is_outside_window as is_outside_window,
        told.is_record and told.is_graded_without_reason as is_graded_without_reason,
        told.is_record and told.is_without_events as is_without_events,
        told.is_record and told.is_unknown_dataset as is_unknown_dataset,
        told.is_record and told.has_unknown_fields as has_unknown_fields,
        told.is_record and told.is_address as is_address,
        told.is_record and told.has_unnamed_basis as has_unnamed_basis,
        told.is_record
        and (
            shown.row_count is null
            or told.grade_rank < shown.best_rank
            or told.first_exposed_at < shown.first_exposed_at
            or told.event_count > coalesce(several.event_count, shown.least_event_count)
        ) as is_shown_otherwise

    from told
    full outer join shown on shown.evidence_id = told.evidence_id
    left join events_of_several as several on several.evidence_id = told.evidence_id

)

select *

from compared

where
    is_no_record
    or is_incomplete
    or has_other_words
    or is_outside_window
    or is_graded_without_reason
    or is_without_events
    or is_unknown_dataset
    or has_unknown_fields
    or is_address
    or has_unnamed_basis
    or is_shown_otherwise
