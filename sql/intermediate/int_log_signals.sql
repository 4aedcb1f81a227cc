-- One row per event by which a log says something of itself: stopped, started, deleted, sampled, throttled, re-scoped.
-- An attempt that failed or was denied changed nothing. Who did it does not matter, nor whether it lies in the window:
-- what was stopped before it began is still stopped in it.

select
    events.event_number,
    events.log,
    lines.signal,
    events.earliest_at,
    events.latest_at

from landed_events as lines
inner join stg_events as events on events.event_number = lines.event_number

where lines.signal is not null and lines.outcome not in ('denied', 'failed')
