-- One row per record version whose key has several versions: the first of them.
-- Most keys have one, which a number tells sooner than their texts. Only the rest are compared and looked at together.

with

hashed as (

    select
        dataset,
        xxhash64(record_key) as key_hash

    from landed_records

    group by dataset, xxhash64(record_key)

    having count(*) > 1

),

compared as (

    select
        records.record_number,
        records.dataset,
        records.record_key

    from hashed
    inner join landed_records as records
        on records.dataset = hashed.dataset and xxhash64(records.record_key) = hashed.key_hash

),

repeated as (

    select
        dataset,
        record_key,
        min(record_number) as first_record_number

    from compared

    group by dataset, record_key

    having count(*) > 1

)

select
    compared.record_number,
    repeated.first_record_number

from compared
inner join repeated on repeated.dataset = compared.dataset and repeated.record_key = compared.record_key
