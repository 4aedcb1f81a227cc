-- One row per record version of which people decided whose it is.
-- Decisions are few among very many records: who asks what they say of whom starts here.

with

decided as (

    select
        dataset,
        record_key

    from landed_decisions

    union

    select
        other_dataset as dataset,
        other_record_key as record_key

    from landed_decisions

)

select
    records.record_number,
    records.dataset,
    records.record_key

from decided
inner join landed_records as records on records.dataset = decided.dataset and records.record_key = decided.record_key
