-- One row per listing × record version that ever stood in it: its place among all of them, and when it was there.
-- Semantics, section 5: the dataset's declared order; records that are equal in it stand in the order of their keys,
-- which the sort key ends with. Every beginning and end has its epoch; the joins are left ones so that no engine joins
-- beginnings to ends first. Places are cut into blocks of 1024, so that a page can be found by counting blocks.

with

listings as (

    select * from int_listings

),

records as (

    select
        record_number,
        dataset,
        record_key,
        valid_from,
        valid_to

    from landed_records

    where valid_from < valid_to

),

matching as (

    select
        listings.listing_number,
        matching_values.record_number

    from listings
    inner join landed_conditions as conditions
        on conditions.event_number = listings.event_number and conditions.reach_number = listings.reach_number
    inner join landed_values as matching_values
        on matching_values.dataset = listings.dataset
        and matching_values.column_name = conditions.column_name
        and matching_values.value = conditions.value

    group by listings.listing_number, listings.condition_count, matching_values.record_number

    having count(*) = listings.condition_count

    union all

    select
        listings.listing_number,
        records.record_number

    from listings
    inner join records on records.dataset = listings.dataset

    where listings.condition_count = 0

),

placed as (

    select
        matching.listing_number,
        records.record_number,
        records.dataset,
        records.record_key,
        records.valid_from,
        records.valid_to,
        coalesce(places.is_certain, false) as is_place_certain,
        row_number() over (
            partition by matching.listing_number
            order by places.sort_key nulls last, records.record_number nulls last
        ) as place_number

    from matching
    inner join records on records.record_number = matching.record_number
    left join landed_places as places on places.record_number = matching.record_number

),

epochs as (

    select * from int_epochs

)

select
    placed.listing_number,
    placed.record_number,
    placed.dataset,
    placed.record_key,
    placed.valid_from,
    placed.is_place_certain,
    placed.place_number,
    placed.place_number - mod(placed.place_number - 1, 1024) as block_number,
    beginnings.epoch_number as from_epoch,
    ends.epoch_number as until_epoch

from placed
left join epochs as beginnings on beginnings.dataset = placed.dataset and beginnings.marked_at = placed.valid_from
left join epochs as ends on ends.dataset = placed.dataset and ends.marked_at = placed.valid_to
