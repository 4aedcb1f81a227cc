-- One row per dataset somebody paged through × instant of a record's beginning or end, or of a page's read.
-- Between two such changes a table holds the same records: instants of one epoch show the same listing, so that it is
-- counted once however many pages were read in it.

with

listings as (

    select distinct dataset from int_listings

),

records as (

    select
        landed_records.dataset,
        landed_records.valid_from,
        landed_records.valid_to

    from landed_records
    inner join listings on listings.dataset = landed_records.dataset

    where landed_records.valid_from < landed_records.valid_to

),

marks as (

    select
        dataset,
        valid_from as marked_at,
        1 as change_count

    from records

    union

    select
        dataset,
        valid_to as marked_at,
        1 as change_count

    from records

    union

    select
        dataset,
        occurred_at as marked_at,
        0 as change_count

    from int_page_reads

)

select
    dataset,
    marked_at,
    cast(sum(max(change_count)) over (partition by dataset order by marked_at nulls last) as bigint) as epoch_number

from marks

group by dataset, marked_at
