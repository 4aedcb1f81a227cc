-- One row per reach of a page that names the record before it × instant: how many records stood up to and with it.
-- The cursor's version is the last one that had begun by then. Where the record is not in the listing, or its place is
-- not certain, there is no row: nobody knows where the page begins.

with

reads as (

    select * from int_page_reads

    where page_after_key is not null

),

records as (

    select * from int_listed_records

),

versions as (

    select
        reads.event_number,
        reads.reach_number,
        reads.occurred_at,
        records.listing_number,
        records.block_number,
        records.place_number,
        records.is_place_certain,
        epochs.epoch_number,
        row_number() over (
            partition by reads.event_number, reads.reach_number, reads.occurred_at
            order by records.valid_from desc nulls last, records.record_number nulls last
        ) as version_number

    from reads
    inner join int_listings as listings on listings.dataset = reads.dataset and listings.listing = reads.listing
    inner join int_epochs as epochs on epochs.dataset = reads.dataset and epochs.marked_at = reads.occurred_at
    inner join records
        on records.listing_number = listings.listing_number
        and records.record_key = reads.page_after_key
        and records.valid_from <= reads.occurred_at

),

cursors as (

    select * from versions

    where version_number = 1 and is_place_certain

),

up_to as (

    select
        cursors.event_number,
        cursors.reach_number,
        cursors.occurred_at,
        count(*) as record_count

    from cursors
    inner join records
        on records.listing_number = cursors.listing_number
        and records.block_number = cursors.block_number
        and records.place_number <= cursors.place_number
        and records.from_epoch <= cursors.epoch_number
        and records.until_epoch > cursors.epoch_number

    group by cursors.event_number, cursors.reach_number, cursors.occurred_at

)

select
    cursors.event_number,
    cursors.reach_number,
    cursors.occurred_at,
    blocks.before_count + coalesce(up_to.record_count, 0) as before_count

from cursors
inner join int_listing_blocks as blocks
    on blocks.listing_number = cursors.listing_number
    and blocks.epoch_number = cursors.epoch_number
    and blocks.block_number = cursors.block_number
left join up_to
    on up_to.event_number = cursors.event_number
    and up_to.reach_number = cursors.reach_number
    and up_to.occurred_at = cursors.occurred_at
