-- One row per event × dataset whose encryption key it read: how sure that is.
-- A key is read by the same rules as a record (semantics, sections 4 and 7), only that it names no record.

with

key_reads as (

    select distinct
        event_number,
        dataset,
        access

    from landed_key_reads

),

reaches as (

    select
        event_number,
        min(case when inexact_reason = 'partial_content' then inexact_reason else '~' end) as inexact_reason

    from landed_reaches

    group by event_number

),

events as (

    select
        event_number,
        attribution,
        access,
        coalesce(inexact_reason, '~') as inexact_reason,
        min(occurred_at) as occurred_at,
        case when count(*) = max(reading_count) then '~' else 'ambiguous_time' end as time_reason

    from int_candidate_events

    where is_in_window

    group by event_number, attribution, access, inexact_reason

),

reasoned as (

    select
        events.event_number,
        key_reads.dataset,
        events.occurred_at,
        events.attribution,
        min(coalesce(key_reads.access, events.access)) as access,
        least(events.inexact_reason, events.time_reason, reaches.inexact_reason) as inexact_reason

    from key_reads
    inner join events on events.event_number = key_reads.event_number
    inner join reaches on reaches.event_number = key_reads.event_number

    group by
        events.event_number,
        key_reads.dataset,
        events.occurred_at,
        events.attribution,
        events.inexact_reason,
        events.time_reason,
        reaches.inexact_reason

)

select
    event_number,
    dataset,
    occurred_at,
    case when access = 'exported' then 1 else 2 end as access_rank,
    case when attribution = 'unattributed' then 3 when inexact_reason <> '~' then 2 else 1 end as grade_rank,
    case
        when attribution = 'unattributed' then 'unattributed'
        when inexact_reason <> '~' then inexact_reason
        else 'exact_reach'
    end as grade_reason,
    inexact_reason = '~' as is_exact

from reasoned
