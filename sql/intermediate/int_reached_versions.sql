-- One row per record version × projection × event, interval or interception that may have delivered it.
-- Reads seen in a log, intervals nobody saw and transactions captured as they passed, in one shape, so that every
-- later rule is written once. What was captured is in the intruder's hands: exported.

with

reads as (

    select * from int_record_reads

),

intervals as (

    select * from int_record_intervals

),

transactions as (

    select * from int_intercepted_transactions

)

select
    record_number,
    dataset,
    projection,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at,
    event_count

from reads

union all

select
    record_number,
    dataset,
    projection,
    cast(null as bigint) as event_number,
    3 as access_rank,
    3 as grade_rank,
    grade_reason,
    first_at,
    last_at,
    0 as event_count

from intervals

union all

select
    record_number,
    dataset,
    projection,
    cast(null as bigint) as event_number,
    1 as access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at,
    0 as event_count

from transactions
