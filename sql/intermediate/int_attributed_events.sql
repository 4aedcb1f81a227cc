-- One row per access event: whose it was.
-- Semantics, section 3: an event that matches both lists is the intruder's; with no intruder selectors every
-- untrusted event is.

with

events as (

    select * from stg_events

),

incident as (

    select * from landed_incident

)

select
    events.event_number,
    case
        when events.intruder_selector is not null then 'intruder'
        when events.trusted_selector is not null then 'trusted'
        when incident.has_intruder_selectors then 'unattributed'
        else 'intruder'
    end as attribution,
    events.intruder_selector is not null and events.trusted_selector is not null as is_also_trusted

from events
cross join incident
