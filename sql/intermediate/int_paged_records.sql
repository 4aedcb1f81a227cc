-- One row per reach of a page × instant × record version that stood on it.
-- A record's place then is how many were in earlier blocks, and in its own block up to it.

with

pages as (

    select * from int_pages

    where until_place > from_place

),

blocks as (

    select * from int_listing_blocks

    where record_count > 0

),

records as (

    select * from int_listed_records

),

standing as (

    select
        pages.event_number,
        pages.reach_number,
        pages.occurred_at,
        pages.page_reason,
        pages.from_place,
        pages.until_place,
        records.record_number,
        blocks.before_count + row_number() over (
            partition by pages.event_number, pages.reach_number, pages.occurred_at, blocks.block_number
            order by records.place_number nulls last
        ) as standing_place

    from pages
    inner join blocks
        on blocks.listing_number = pages.listing_number
        and blocks.epoch_number = pages.epoch_number
        and blocks.before_count < pages.until_place
        and blocks.before_count + blocks.record_count > pages.from_place
    inner join records
        on records.listing_number = blocks.listing_number
        and records.block_number = blocks.block_number
        and records.from_epoch <= pages.epoch_number
        and records.until_epoch > pages.epoch_number

)

select
    event_number,
    reach_number,
    occurred_at,
    record_number,
    page_reason

from standing

where standing_place > from_place and standing_place <= until_place
