-- One row per reach of a page × instant × record version that stood on it.
-- A record's place then is how many were in earlier blocks, and in its own block up to it.

with

blocks as (

    select * from int_page_blocks

),

records as (

    select * from int_listed_records

),

standing as (

    select
        blocks.event_number,
        blocks.reach_number,
        blocks.occurred_at,
        blocks.page_reason,
        blocks.from_place,
        blocks.until_place,
        records.record_number,
        blocks.before_count + row_number() over (
            partition by blocks.event_number, blocks.reach_number, blocks.occurred_at, blocks.block_number
            order by records.place_number nulls last
        ) as standing_place

    from blocks
    inner join records
        on records.listing_number = blocks.listing_number
        and records.block_number = blocks.block_number
        and records.from_epoch <= blocks.epoch_number
        and records.until_epoch > blocks.epoch_number

)

select
    event_number,
    reach_number,
    occurred_at,
    record_number,
    page_reason

from standing

where standing_place > from_place and standing_place <= until_place
