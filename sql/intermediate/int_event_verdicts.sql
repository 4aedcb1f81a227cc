-- One row per access event: its one verdict.
-- Law 1 (semantics, section 11): events in the window are each counted under exactly one verdict. The first that
-- applies stands: where it lies, whose it was, what it delivered, whom it reached.

with

contents as (

    select * from int_event_contents

),

reached as (

    select distinct alike.event_number

    from (select distinct event_number from int_reached_records) as records
    inner join int_alike_events as alike on alike.standing_number = records.event_number

),

key_reads as (

    select distinct event_number from landed_key_reads

),

incident as (

    select unattributed from landed_incident

)

select
    events.event_number,
    events.log,
    events.delivery_count,
    events.occurred_at,
    events.is_in_window,
    events.attribution,
    events.is_also_trusted,
    case
        when not events.is_in_window then 'outside_window'
        when events.attribution = 'trusted' then 'trusted'
        when events.attribution = 'unattributed' and incident.unattributed = 'ignore' then 'unattributed'
        when contents.content <> 'read' then contents.content
        when reached.event_number is not null then 'reached'
        when key_reads.event_number is not null then 'key_read'
        else 'reached_nobody'
    end as verdict

from stg_events as events
cross join incident
left join contents on contents.event_number = events.event_number
left join reached on reached.event_number = events.event_number
left join key_reads on key_reads.event_number = events.event_number
