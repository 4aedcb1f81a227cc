-- One row per listing × record version that ever stood in it: its place among all of them, and when it was there.
-- Semantics, section 5: the dataset's declared order; records that are equal in it stand in the order of their keys,
-- which the sort key ends with. Every beginning and end has its epoch; the joins are left ones so that no engine joins
-- beginnings to ends first. Places are cut into blocks of 1024, so that a page can be found by counting blocks.

with

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

    from int_listing_matches as matching
    inner join landed_records as records on records.record_number = matching.record_number
    left join landed_places as places on places.record_number = matching.record_number

    where records.valid_from < records.valid_to

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
left join int_epochs as beginnings on beginnings.dataset = placed.dataset and beginnings.marked_at = placed.valid_from
left join int_epochs as ends on ends.dataset = placed.dataset and ends.marked_at = placed.valid_to
