-- One row per row of evidence of which something is amiss, with a flag for each thing.

with lists as materialized (

    select distinct delivered_columns

    from evidence

),

unmapped as (

    select delivered_columns

    from lists

    where
        not list_has_all(
            (
                select list(distinct field || ':' || state || ':' || coalesce(column_name, ''))
                from landed_columns
                cross join landed_states
            ),
            delivered_columns
        )

),

told as (

    select
        told.evidence_id,
        told.event_id,
        told.first_exposed_at,
        (
            told.first_exposed_at is null or told.last_exposed_at is null or told.delivered_columns is null
            or len(told.delivered_columns) = 0
            or case
                when told.evidence_id between '!' and '~' then false
                else coalesce(trim(told.evidence_id), '') = ''
            end
            or coalesce(trim(told.grade), '') = '' or coalesce(trim(told.grade_reason), '') = ''
            or coalesce(trim(told.access), '') = ''
            or coalesce(told.incident_id, '') not in (select incident_id from landed_incident)
        ) as is_incomplete,
        told.grade not in ('confirmed', 'likely', 'possible')
        or told.access not in ('exported', 'viewed', 'unknown') as has_other_words,
        told.first_exposed_at > told.last_exposed_at as is_out_of_order,
        (told.event_id is not null and (told.grade = 'confirmed') <> (told.grade_reason = 'exact_reach'))
        or (
            told.grade_reason in ('log_gap', 'unlogged_copy', 'stand_in', 'unattributed')
            and told.grade <> 'possible'
        ) as is_graded_without_reason,
        told.event_id is not null and accesses.event_id is null as is_no_access,
        accesses.event_id is not null
        and (
            case told.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end
            < case accesses.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end
            or not (told.first_exposed_at <= accesses.occurred_at or accesses.time_reading <> 'exact')
        ) as is_surer_than_its_access,
        unmapped.delivered_columns is not null as is_unmapped

    from evidence as told
    left join accesses on accesses.event_id = told.event_id
    left join unmapped on unmapped.delivered_columns is not distinct from told.delivered_columns

)

select *

from told

where
    is_incomplete
    or has_other_words
    or is_out_of_order
    or is_graded_without_reason
    or is_no_access
    or is_surer_than_its_access
    or is_unmapped
