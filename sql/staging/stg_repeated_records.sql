-- One row per record version whose key has several versions: the first of them.
-- Most keys have one. Only these have to be looked at together; asked once, so that keys are compared once.

with

repeated as (

    select
        dataset,
        record_key,
        min(record_number) as first_record_number

    from landed_records

    group by dataset, record_key

    having count(*) > 1

)

select
    records.record_number,
    repeated.first_record_number

from landed_records as records
inner join repeated on repeated.dataset = records.dataset and repeated.record_key = records.record_key
