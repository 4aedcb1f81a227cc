-- One row per candidate event that reached a record: rows the log recorded beside records derived.
-- Semantics, section 5: where the log states how many rows it returned, compare.

with

reached as (

    select distinct
        event_number,
        dataset,
        record_key

    from int_reached_records

),

events as (

    select * from stg_events

),

derived as (

    select
        event_number,
        count(*) as derived_record_count

    from reached

    group by event_number

)

select
    derived.event_number,
    events.row_count as logged_row_count,
    derived.derived_record_count,
    events.row_count is not null and events.row_count <> derived.derived_record_count as is_mismatch,
    events.row_count is not null and events.row_count < derived.derived_record_count as is_upper_bound

from derived
inner join events on events.event_number = derived.event_number
