-- One row per access event: its one verdict.
-- Law 1 (semantics, section 11): events in the window are each counted under exactly one verdict. The first that
-- applies stands: where it lies, whose it was, what it delivered, whom it reached.

with

events as (

    select
        event_number,
        log,
        delivery_count

    from stg_events

),

instants as (

    select
        event_number,
        is_in_window,
        min(occurred_at) as occurred_at

    from stg_event_instants

    group by event_number, is_in_window

),

attributed as (

    select * from int_attributed_events

),

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
    instants.occurred_at,
    instants.is_in_window,
    attributed.attribution,
    attributed.is_also_trusted,
    case
        when not instants.is_in_window then 'outside_window'
        when attributed.attribution = 'trusted' then 'trusted'
        when attributed.attribution = 'unattributed' and incident.unattributed = 'ignore' then 'unattributed'
        when contents.content <> 'read' then contents.content
        when reached.event_number is not null then 'reached'
        when key_reads.event_number is not null then 'key_read'
        else 'reached_nobody'
    end as verdict

from events
cross join incident
inner join instants on instants.event_number = events.event_number
inner join attributed on attributed.event_number = events.event_number
inner join contents on contents.event_number = events.event_number
left join reached on reached.event_number = events.event_number
left join key_reads on key_reads.event_number = events.event_number
