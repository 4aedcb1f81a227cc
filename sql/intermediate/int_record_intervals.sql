-- One row per record version × interval in which it existed and may have been read unseen.
-- Semantics, sections 5 and 7: everything that existed at some time in the interval is possible, with the interval's
-- ends as its instants.

with

intervals as (

    select * from int_interval_reaches

),

records as (

    select
        record_number,
        dataset,
        valid_from,
        valid_to

    from landed_records

    where valid_from < valid_to

)

select
    records.record_number,
    records.dataset,
    intervals.projection,
    intervals.grade_reason,
    intervals.from_at as first_at,
    intervals.until_at as last_at

from intervals
inner join records
    on records.dataset = intervals.dataset
    and records.valid_from < intervals.until_at
    and records.valid_to > intervals.from_at
