-- One row per transaction × device interval in which its data was, or may have been, captured: how sure, and why.
-- Semantics, section 5: each device has its own interval, and what was taken is the transactions whose own time lies
-- inside it, whatever became of them in the store since. The window bounds only ends that nobody knows. A transaction
-- whose time or device cannot be read may be any: possible, never lost.

with

incident as (

    select * from landed_incident

),

intervals as (

    select
        declared.interception_number,
        declared.interval_number,
        declared.dataset,
        declared.device,
        declared.zone,
        declared.projection,
        coalesce(declared.from_at, least(incident.window_start_at, declared.until_at), incident.window_start_at)
            as from_at,
        coalesce(declared.until_at, greatest(incident.window_end_at, declared.from_at), incident.window_end_at)
            as until_at,
        declared.from_at is null or declared.until_at is null as is_open

    from landed_interceptions as declared
    cross join incident

),

met as (

    select
        intervals.*,
        transactions.record_number,
        transactions.earliest_at,
        transactions.latest_at,
        transactions.device is not null as is_device_known,
        transactions.earliest_at is not null as is_time_known,
        transactions.is_date_only,
        transactions.earliest_at >= intervals.from_at
        and transactions.earliest_at < intervals.until_at as is_earliest_inside,
        transactions.latest_at >= intervals.from_at
        and transactions.latest_at < intervals.until_at as is_latest_inside

    from intervals
    inner join landed_transactions as transactions
        on transactions.interception_number = intervals.interception_number
        and transactions.zone = intervals.zone

    where
        (transactions.device is null or transactions.device = intervals.device)
        and (
            transactions.earliest_at is null
            or (transactions.earliest_at >= intervals.from_at and transactions.earliest_at < intervals.until_at)
            or (transactions.latest_at >= intervals.from_at and transactions.latest_at < intervals.until_at)
            or (
                transactions.is_date_only
                and transactions.earliest_at < intervals.until_at
                and transactions.latest_at >= intervals.from_at
            )
        )

)

select
    record_number,
    dataset,
    projection,
    interval_number,
    is_device_known,
    is_time_known,
    case
        when not (is_device_known and is_time_known) then 3
        when is_open or not (is_earliest_inside and is_latest_inside) then 2
        else 1
    end as grade_rank,
    case
        when not is_device_known then 'unknown_device'
        when not is_time_known then 'unreadable_time'
        when not (is_earliest_inside and is_latest_inside) and is_date_only then 'date_only'
        when not (is_earliest_inside and is_latest_inside) then 'ambiguous_time'
        when is_open then 'open_interval'
        else 'intercepted'
    end as grade_reason,
    case when is_earliest_inside then earliest_at when is_date_only or not is_time_known then from_at else latest_at end
        as first_at,
    case when is_latest_inside then latest_at when is_date_only or not is_time_known then until_at else earliest_at end
        as last_at

from met
