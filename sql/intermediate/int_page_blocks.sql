-- One row per reach of a page × instant × block of places that the page touches.
-- Blocks that lie before or behind the page are left out here, before any record is looked at.

with

pages as (

    select * from int_pages

    where until_place > from_place

),

blocks as (

    select * from int_listing_blocks

    where record_count > 0

)

select
    pages.event_number,
    pages.reach_number,
    pages.occurred_at,
    pages.listing_number,
    pages.epoch_number,
    pages.page_reason,
    pages.from_place,
    pages.until_place,
    blocks.block_number,
    blocks.before_count

from pages
inner join blocks
    on blocks.listing_number = pages.listing_number
    and blocks.epoch_number = pages.epoch_number
    and blocks.before_count < pages.until_place
    and blocks.before_count + blocks.record_count > pages.from_place
