-- One row per event × instant that may have delivered customer data to somebody who was not ours.
-- The intruder's reads, and by configuration unattributed ones (semantics, section 3). Reads outside the window are
-- carried along, marked, so that a run can say how many people hang on a window that may be wrong.

with

instants as (

    select * from stg_event_instants

),

events as (

    select * from stg_events

),

attributed as (

    select * from int_attributed_events

),

contents as (

    select * from int_event_contents

    where content in ('read', 'key_read')

),

incident as (

    select * from landed_incident

)

select
    instants.event_number,
    instants.occurred_at,
    instants.reading_count,
    instants.is_in_window,
    attributed.attribution,
    contents.access,
    contents.inexact_reason,
    contents.unmapped_reason,
    events.row_count

from instants
inner join events on events.event_number = instants.event_number
inner join attributed on attributed.event_number = instants.event_number
inner join contents on contents.event_number = instants.event_number
cross join incident

where
    (attributed.attribution = 'intruder' and (instants.is_in_window or incident.has_intruder_selectors))
    or (attributed.attribution = 'unattributed' and instants.is_in_window and incident.unattributed = 'possible')
