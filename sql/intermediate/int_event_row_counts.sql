-- One row per candidate event that reached a record: rows the log recorded beside records derived.
-- Semantics, section 5: a mismatch over all datasets of the event together is an open question. The rows of a replayed
-- join hold records of several datasets side by side and are counted once.

with

derived as (

    select
        event_number,
        sum(case when is_counted_by_replay then 0 else derived_record_count end)
        + max(case when is_counted_by_replay then derived_record_count else 0 end) as derived_record_count

    from int_reach_row_counts

    group by event_number

)

select
    derived.event_number,
    events.row_count as logged_row_count,
    cast(derived.derived_record_count as bigint) as derived_record_count,
    coalesce(events.row_count <> derived.derived_record_count, false) as is_mismatch

from derived
inner join int_event_contents as events on events.event_number = derived.event_number
