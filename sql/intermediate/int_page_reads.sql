-- One row per reach of a page × instant at which it may have been read.
-- Semantics, section 5: a page is offset and limit over the dataset's declared order, as it was at that instant.

with

reaches as (

    select * from landed_reaches

    where reach_kind = 'page' and not is_other_content

),

instants as (

    select * from int_candidate_events

)

select
    reaches.event_number,
    reaches.reach_number,
    reaches.dataset,
    reaches.listing,
    reaches.condition_count,
    reaches.page_offset,
    reaches.page_limit,
    reaches.page_after_key,
    instants.row_count,
    instants.occurred_at

from reaches
inner join instants on instants.event_number = reaches.event_number
