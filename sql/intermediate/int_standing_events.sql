-- One row per event that stands for itself and others × instant: when those events happened, and how many they are.
-- The rules on reach look at these; what they find is said of every event they stand for.

with

events as (

    select * from int_candidate_events

),

alike as (

    select * from int_alike_events

),

extents as (

    select
        alike.standing_number,
        min(events.occurred_at) as first_at,
        max(events.occurred_at) as last_at,
        count(distinct alike.event_number) as event_count

    from alike
    inner join events on events.event_number = alike.event_number

    group by alike.standing_number

)

select
    events.event_number,
    events.occurred_at,
    events.reading_count,
    events.is_in_window,
    events.attribution,
    events.access,
    events.inexact_reason,
    events.unmapped_reason,
    case when extents.event_count > 1 then extents.first_at else events.occurred_at end as first_at,
    case when extents.event_count > 1 then extents.last_at else events.occurred_at end as last_at,
    extents.event_count

from events
inner join extents on extents.standing_number = events.event_number
