-- One row per event that stands for itself and others × instant: when those events happened, and how many they are.
-- The rules on reach look at these; what they find is said of every event they stand for.

with

events as (

    select * from int_candidate_events

),

alike as (

    select
        event_number,
        standing_number

    from int_alike_events

),

standing as (

    select event_number from alike where event_number = standing_number

),

for_others as (

    select distinct standing_number from alike where event_number <> standing_number

),

extents as (

    select
        alike.standing_number,
        min(events.occurred_at) as first_at,
        max(events.occurred_at) as last_at,
        count(distinct alike.event_number) as event_count

    from for_others
    inner join alike on alike.standing_number = for_others.standing_number
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
    coalesce(extents.first_at, events.occurred_at) as first_at,
    coalesce(extents.last_at, events.occurred_at) as last_at,
    coalesce(extents.event_count, 1) as event_count

from events
inner join standing on standing.event_number = events.event_number
left join extents on extents.standing_number = events.event_number
