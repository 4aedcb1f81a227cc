-- One row per event × dataset it reached: how many records were derived, and whether the log says fewer.
-- Semantics, section 5: where the log states how many rows it returned, compare. Each dataset is held against the
-- stated number alone, so that one more dataset behind a resource never makes another's records less sure (law 5).

with

reached as (

    select distinct
        event_number,
        dataset,
        record_key

    from int_reached_records

),

derived as (

    select
        event_number,
        dataset,
        count(*) as derived_record_count

    from reached

    group by event_number, dataset

),

alike as (

    select * from int_alike_events

)

select
    alike.event_number,
    derived.dataset,
    derived.derived_record_count,
    coalesce(events.row_count < derived.derived_record_count, false) as is_upper_bound

from derived
inner join alike on alike.standing_number = derived.event_number
inner join stg_events as events on events.event_number = alike.event_number
