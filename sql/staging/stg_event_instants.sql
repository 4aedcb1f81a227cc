-- One row per event × instant at which it may have happened.
-- The window is half-open and judged here and nowhere else. An ambiguous local time has two instants (semantics,
-- section 2). Where at least one lies in the window, only those inside it count.

with

events as (

    select * from stg_events

),

incident as (

    select * from landed_incident

),

readings as (

    select
        event_number,
        earliest_at as occurred_at,
        case when latest_at > earliest_at then 2 else 1 end as reading_count

    from events

    union all

    select
        event_number,
        latest_at as occurred_at,
        2 as reading_count

    from events

    where latest_at > earliest_at

),

placed as (

    select
        readings.event_number,
        readings.occurred_at,
        readings.reading_count,
        readings.occurred_at >= incident.window_start_at
        and readings.occurred_at < incident.window_end_at as is_reading_in_window

    from readings
    cross join incident

),

judged as (

    select
        *,
        max(case when is_reading_in_window then 1 else 0 end) over (partition by event_number) = 1 as is_in_window

    from placed

)

select
    event_number,
    occurred_at,
    reading_count,
    is_in_window

from judged

where is_reading_in_window or not is_in_window
