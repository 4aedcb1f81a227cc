-- One row per log of which an event came an hour or more after its time: from when on others may still be on their way.
-- Semantics, section 7: coverage is checked against the log's own rhythm. What came latest came so late after its time;
-- so of the same stretch before the log's last delivery nobody can say that all of it is here. Less than an hour is how
-- any log is collected. Of two readings of a time the later one counts: the clocks' change makes nothing late.

with

deliveries as (

    select
        log,
        latest_at,
        delivered_at,
        max(delivered_at) over (partition by log) as last_delivered_at

    from stg_events

    where delivered_at is not null

)

select
    log,
    min(last_delivered_at - (delivered_at - latest_at)) as from_at,
    count(*) as event_count

from deliveries

where delivered_at >= latest_at + interval 1 hour

group by log
