-- One row per event × instant that may have delivered customer data to somebody who was not ours.
-- The intruder's reads, and by configuration unattributed ones (semantics, section 3). An ambiguous local time has two
-- instants (section 2). Reads outside the window are carried along, marked, so that a run can say how many people hang
-- on a window that may be wrong.

with

incident as (

    select * from landed_incident

),

contents as (

    select * from int_event_contents

    where content in ('read', 'key_read')

),

events as (

    select
        events.event_number,
        events.occurred_at,
        events.last_occurred_at,
        case when events.latest_at > events.earliest_at then 2 else 1 end as reading_count,
        events.is_in_window,
        events.attribution,
        contents.access,
        contents.inexact_reason,
        contents.unmapped_reason,
        contents.row_count

    from contents
    inner join stg_events as events on events.event_number = contents.event_number
    cross join incident

    where
        events.is_in_window
        or (events.attribution = 'intruder' and incident.has_intruder_selectors)

)

select
    event_number,
    occurred_at,
    reading_count,
    is_in_window,
    attribution,
    access,
    inexact_reason,
    unmapped_reason,
    row_count

from events

union all

select
    event_number,
    last_occurred_at as occurred_at,
    reading_count,
    is_in_window,
    attribution,
    access,
    inexact_reason,
    unmapped_reason,
    row_count

from events

where last_occurred_at > occurred_at
