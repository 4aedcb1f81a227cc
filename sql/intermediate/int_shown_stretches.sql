-- One row per log × stretch in which the log itself shows that it is not complete, and how.
-- Semantics, section 7: coverage is declared, and checked against the log. Stopped until it is started, deleted for
-- good, sampled or throttled from the first line that says so; a log that tells management from data events and has
-- none of data in the window cannot show what was read; and where lines come late, the last may not be here yet.

with

incident as (

    select * from landed_incident

),

signals as (

    select * from int_log_signals

),

stops as (

    select
        stopped.event_number,
        stopped.log,
        stopped.earliest_at as from_at,
        min(started.latest_at) as until_at

    from signals as stopped
    left join signals as started
        on started.log = stopped.log
        and started.signal = 'logging_started'
        and started.latest_at > stopped.earliest_at
        and stopped.signal = 'logging_stopped'

    where stopped.signal in ('logging_stopped', 'logging_deleted')

    group by stopped.event_number, stopped.log, stopped.earliest_at

),

planes as (

    select
        log,
        max(case when plane = 'management' then 1 else 0 end) as has_management,
        max(case when plane = 'data' then 1 else 0 end) as has_data

    from stg_events

    where is_in_window

    group by log

)

select
    stops.log,
    stops.from_at,
    coalesce(stops.until_at, incident.window_end_at) as until_at,
    'stopped' as status

from stops
cross join incident

union all

select
    signals.log,
    min(signals.earliest_at) as from_at,
    incident.window_end_at as until_at,
    signals.signal as status

from signals
cross join incident

where signals.signal in ('sampled', 'throttled')

group by signals.log, signals.signal, incident.window_end_at

union all

select
    planes.log,
    incident.window_start_at as from_at,
    incident.window_end_at as until_at,
    'no_data_events' as status

from planes
cross join incident

where planes.has_management = 1 and planes.has_data = 0

union all

select
    log,
    from_at,
    until_at,
    'lines_missing' as status

from int_missing_lines

union all

select
    late.log,
    late.from_at,
    incident.window_end_at as until_at,
    'late' as status

from int_late_deliveries as late
cross join incident
