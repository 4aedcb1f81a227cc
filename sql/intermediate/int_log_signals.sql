-- One row per event by which a log says something of itself: stopped, started, deleted, sampled, throttled, re-scoped.
-- An attempt that failed or was denied changed nothing. Who did it does not matter, nor whether it lies in the window:
-- what was stopped before it began is still stopped in it.

select
    event_number,
    log,
    signal,
    earliest_at,
    latest_at

from stg_events

where signal is not null and outcome not in ('denied', 'failed')
