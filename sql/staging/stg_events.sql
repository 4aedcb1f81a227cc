-- One row per access event.
-- The same event delivered twice is one event (semantics, section 4): of equal deliveries the first by file and line
-- stands, and how often it came is kept so that no line goes uncounted.

with

deliveries as (

    select
        *,
        row_number() over (
            partition by event_key
            order by file nulls last, line nulls last, event_number nulls last
        ) as delivery_number,
        count(*) over (partition by event_key) as delivery_count,
        min(delivered_at) over (partition by event_key) as first_delivered_at

    from landed_events

)

select
    event_number,
    substr(sha2(event_key, 256), 1, 16) as event_id,
    log,
    file,
    line,
    earliest_at,
    latest_at,
    time_reading,
    intruder_selector,
    trusted_selector,
    action,
    outcome,
    row_count,
    byte_count,
    has_unreadable_address,
    has_unreadable_amount,
    signal,
    plane,
    sequence_number,
    first_delivered_at as delivered_at,
    delivery_count

from deliveries

where delivery_number = 1
