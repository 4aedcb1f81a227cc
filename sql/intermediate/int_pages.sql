-- One row per reach of a page × instant: from which place to which, counted over the records that were there then.
-- Semantics, section 5: where the evidence cannot bound the page, it is the smallest set certain to contain it, which
-- is the whole listing: a record's place is not known, the cursor stands nowhere, or the log states another number of
-- rows than the page holds, so that the table was not as we know it.

with

reads as (

    select
        int_page_reads.*,
        listings.listing_number,
        epochs.epoch_number

    from int_page_reads
    inner join int_listings as listings
        on listings.dataset = int_page_reads.dataset and listings.listing = int_page_reads.listing
    inner join int_epochs as epochs
        on epochs.dataset = int_page_reads.dataset and epochs.marked_at = int_page_reads.occurred_at

),

totals as (

    select
        listing_number,
        epoch_number,
        sum(record_count) as record_count,
        sum(uncertain_count) as uncertain_count

    from int_listing_blocks

    group by listing_number, epoch_number

),

bounded as (

    select
        reads.event_number,
        reads.reach_number,
        reads.occurred_at,
        reads.listing_number,
        reads.epoch_number,
        reads.row_count,
        totals.record_count as total_count,
        case when reads.page_after_key is null then reads.page_offset else cursors.before_count end as first_place,
        coalesce(reads.page_limit, totals.record_count) as page_limit,
        totals.uncertain_count > 0
        or (reads.page_after_key is not null and cursors.event_number is null) as is_unread

    from reads
    inner join totals on totals.listing_number = reads.listing_number and totals.epoch_number = reads.epoch_number
    left join int_page_cursors as cursors
        on cursors.event_number = reads.event_number
        and cursors.reach_number = reads.reach_number
        and cursors.occurred_at = reads.occurred_at

),

counted as (

    select
        *,
        least(greatest(total_count - first_place, 0), page_limit) as page_count

    from bounded

),

judged as (

    select
        *,
        case when is_unread then 'unread_page' when row_count <> page_count then 'page_rows_differ' end as page_reason

    from counted

)

select
    event_number,
    reach_number,
    occurred_at,
    listing_number,
    epoch_number,
    page_reason,
    cast(case when page_reason is null then first_place else 0 end as bigint) as from_place,
    cast(case when page_reason is null then first_place + page_count else total_count end as bigint) as until_place,
    cast(total_count as bigint) as total_count

from judged
