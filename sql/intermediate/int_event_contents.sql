-- One row per access event that may count: did it deliver customer data, and if not, why not.
-- The intruder's events may count, and by configuration those of nobody we know (semantics, section 3).
-- Semantics, section 4: only an operation that succeeded, delivered content, and more than nothing, exposes. What the
-- log leaves unsaid (no row or byte count, a word nobody mapped) counts as delivered, at a lower grade.

with

events as (

    select
        lines.event_number,
        lines.action,
        lines.outcome,
        lines.row_count,
        lines.byte_count

    from stg_events as events
    cross join landed_incident as incident
    inner join landed_events as lines on lines.event_number = events.event_number

    where
        events.attribution = 'intruder'
        or (events.attribution = 'unattributed' and incident.unattributed = 'possible')

),

reaches as (

    select
        event_number,
        min(case when is_other_content then 1 else 0 end) as is_all_other_content,
        max(case when dataset is not null and not is_other_content then 1 else 0 end) as has_dataset

    from landed_reaches

    group by event_number

),

judged as (

    select
        events.event_number,
        events.action,
        events.outcome,
        events.row_count,
        events.byte_count,
        case
            when events.action in ('list', 'metadata', 'count', 'write', 'delete', 'login') then 'not_a_read'
            when events.outcome in ('denied', 'failed', 'redirected', 'not_modified', 'no_content') then events.outcome
            when events.row_count = 0 then 'nothing_delivered'
            when events.row_count is null and events.byte_count = 0 then 'nothing_delivered'
            when reaches.event_number is null then 'unclaimed'
            when reaches.is_all_other_content = 1 then 'not_the_resource'
            when reaches.has_dataset = 0 then 'key_read'
            else 'read'
        end as content

    from events
    left join reaches on reaches.event_number = events.event_number

)

select
    event_number,
    content,
    case when action in ('export', 'copy') then 'exported' else 'viewed' end as access,
    case
        when outcome = 'aborted' then 'aborted'
        when action = 'unknown' then 'unknown_action'
        when outcome = 'unknown' then 'unknown_outcome'
    end as inexact_reason,
    case
        when action = 'unknown' then 'unknown_action'
        when outcome = 'unknown' then 'unknown_outcome'
    end as unmapped_reason,
    row_count,
    byte_count

from judged
