-- One row per listing that somebody paged through: a dataset and the conditions its records had to meet.
-- Filter first, then page. Requests with the same conditions walk through one listing, so its records are placed once;
-- the conditions are those of the first request.

with

requests as (

    select distinct
        dataset,
        listing,
        condition_count,
        event_number,
        reach_number

    from int_page_reads

),

numbered as (

    select
        *,
        row_number() over (
            partition by dataset, listing
            order by event_number nulls last, reach_number nulls last
        ) as request_number

    from requests

)

select
    row_number() over (order by dataset nulls last, listing nulls last) as listing_number,
    dataset,
    listing,
    condition_count,
    event_number,
    reach_number

from numbered

where request_number = 1
