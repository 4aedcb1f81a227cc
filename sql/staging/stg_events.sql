-- One row per access event: when it may have happened, and whose it was.
-- The same event delivered twice is one event (semantics, section 4): of equal deliveries the first by file and line
-- stands, and how often it came is kept so that no line goes uncounted. The window is half-open and judged here and
-- nowhere else; an ambiguous local time has two instants, and where at least one lies in the window, only those inside
-- it count (section 2). An event that matches both lists is the intruder's; with no intruder selectors every untrusted
-- event is (section 3). What else a line says is asked of few, and stays in `landed_events`.

with

incident as (

    select * from landed_incident

),

-- Nearly all keys are there once, which a number tells sooner than their texts; only the rest are compared.
hashed as (

    select xxhash64(event_key) as key_hash

    from landed_events

    group by xxhash64(event_key)

    having count(*) > 1

),

repeated as (

    select
        events.event_key,
        count(*) as delivery_count,
        min(events.delivered_at) as first_delivered_at

    from hashed
    inner join landed_events as events on xxhash64(events.event_key) = hashed.key_hash

    group by events.event_key

    having count(*) > 1

),

deliveries as (

    select
        events.event_number,
        repeated.delivery_count,
        repeated.first_delivered_at,
        row_number() over (
            partition by events.event_key
            order by events.file nulls last, events.line nulls last, events.event_number nulls last
        ) as delivery_number

    from repeated
    inner join landed_events as events on events.event_key = repeated.event_key

),

judged as (

    select
        events.*,
        events.earliest_at >= incident.window_start_at
        and events.earliest_at < incident.window_end_at as is_earliest_in_window,
        events.latest_at >= incident.window_start_at
        and events.latest_at < incident.window_end_at as is_latest_in_window,
        incident.has_intruder_selectors

    from landed_events as events
    cross join incident

)

select
    events.event_number,
    events.log,
    events.earliest_at,
    events.latest_at,
    events.is_earliest_in_window or events.is_latest_in_window as is_in_window,
    case
        when events.is_latest_in_window and not events.is_earliest_in_window then events.latest_at
        else events.earliest_at
    end as occurred_at,
    case
        when events.is_earliest_in_window and not events.is_latest_in_window then events.earliest_at
        else events.latest_at
    end as last_occurred_at,
    case
        when events.intruder_selector is not null then 'intruder'
        when events.trusted_selector is not null then 'trusted'
        when events.has_intruder_selectors then 'unattributed'
        else 'intruder'
    end as attribution,
    events.intruder_selector is not null and events.trusted_selector is not null as is_also_trusted,
    events.plane,
    events.sequence_number,
    coalesce(deliveries.first_delivered_at, events.delivered_at) as delivered_at,
    coalesce(deliveries.delivery_count, 1) as delivery_count

from judged as events
left join deliveries on deliveries.event_number = events.event_number

where deliveries.event_number is null or deliveries.delivery_number = 1
