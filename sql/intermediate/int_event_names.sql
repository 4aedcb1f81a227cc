-- One row per access event that may count: the id it is published by.
-- The same for the same event, however its lines are split over files. Others are counted and never named: of a
-- million lines of a busy log, a thousand may be the intruder's.

with

events as (

    select event_number from stg_events

),

attributed as (

    select
        event_number,
        attribution

    from int_attributed_events

),

incident as (

    select unattributed from landed_incident

)

select
    events.event_number,
    substr(sha2(lines.event_key, 256), 1, 16) as event_id

from attributed
cross join incident
inner join events on events.event_number = attributed.event_number
inner join landed_events as lines on lines.event_number = attributed.event_number

where
    attributed.attribution = 'intruder'
    or (attributed.attribution = 'unattributed' and incident.unattributed = 'possible')
