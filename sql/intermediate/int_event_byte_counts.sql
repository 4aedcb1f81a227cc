-- One row per event that reached a dataset: bytes the log recorded beside bytes of the stored files.
-- Semantics, section 5: a mismatch over all datasets of the event together is an open question.

with

derived as (

    select
        event_number,
        sum(derived_byte_count) as derived_byte_count,
        count(*) - count(derived_byte_count) as unknown_count

    from int_reach_byte_counts

    group by event_number

),

known as (

    select
        event_number,
        case when unknown_count = 0 then cast(derived_byte_count as bigint) end as derived_byte_count

    from derived

)

select
    known.event_number,
    events.byte_count as logged_byte_count,
    known.derived_byte_count,
    coalesce(events.byte_count <> known.derived_byte_count, false) as is_mismatch

from known
inner join int_event_contents as events on events.event_number = known.event_number
