-- One row per listing × epoch in which a page of it was read × block of places: how many records stood there then.
-- Each record adds one where it begins and takes one where it ends; summed up to the epoch, that is how many there are.
-- What it costs grows with epochs × blocks and not with pages × records.

with

records as (

    select * from int_listed_records

),

asked as (

    select distinct
        listings.listing_number,
        epochs.epoch_number

    from int_page_reads as reads
    inner join int_listings as listings on listings.dataset = reads.dataset and listings.listing = reads.listing
    inner join int_epochs as epochs on epochs.dataset = reads.dataset and epochs.marked_at = reads.occurred_at

),

blocks as (

    select distinct
        listing_number,
        block_number

    from records

),

changes as (

    select
        listing_number,
        block_number,
        from_epoch as epoch_number,
        count(*) as record_change,
        sum(case when is_place_certain then 0 else 1 end) as uncertain_change,
        0 as is_asked

    from records

    group by listing_number, block_number, from_epoch

    union all

    select
        listing_number,
        block_number,
        until_epoch as epoch_number,
        - count(*) as record_change,
        - sum(case when is_place_certain then 0 else 1 end) as uncertain_change,
        0 as is_asked

    from records

    group by listing_number, block_number, until_epoch

    union all

    select
        asked.listing_number,
        blocks.block_number,
        asked.epoch_number,
        0 as record_change,
        0 as uncertain_change,
        1 as is_asked

    from asked
    inner join blocks on blocks.listing_number = asked.listing_number

),

summed as (

    select
        listing_number,
        block_number,
        epoch_number,
        is_asked,
        sum(record_change) over (
            partition by listing_number, block_number
            order by epoch_number nulls last
        ) as record_count,
        sum(uncertain_change) over (
            partition by listing_number, block_number
            order by epoch_number nulls last
        ) as uncertain_count

    from changes

)

select
    listing_number,
    epoch_number,
    block_number,
    cast(record_count as bigint) as record_count,
    cast(uncertain_count as bigint) as uncertain_count,
    cast(
        sum(record_count) over (
            partition by listing_number, epoch_number
            order by block_number nulls last
        ) - record_count as bigint
    ) as before_count

from summed

where is_asked = 1
