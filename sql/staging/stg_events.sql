-- One row per access event.
-- The same event delivered twice is one event (semantics, section 4): of equal deliveries the first by file and line
-- stands, and how often it came is kept so that no line goes uncounted.

with

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

)

select
    events.event_number,
    events.log,
    events.file,
    events.line,
    events.earliest_at,
    events.latest_at,
    events.time_reading,
    events.intruder_selector,
    events.trusted_selector,
    events.action,
    events.outcome,
    events.row_count,
    events.byte_count,
    events.has_unreadable_address,
    events.has_unreadable_amount,
    events.signal,
    events.plane,
    events.sequence_number,
    coalesce(deliveries.first_delivered_at, events.delivered_at) as delivered_at,
    coalesce(deliveries.delivery_count, 1) as delivery_count

from landed_events as events
left join deliveries on deliveries.event_number = events.event_number

where deliveries.event_number is null or deliveries.delivery_number = 1
