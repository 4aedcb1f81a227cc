-- One row per listing × record version that it may show: all that meet its conditions, or all of its dataset.

select
    listings.listing_number,
    matching_values.record_number

from int_listings as listings
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

from int_listings as listings
inner join landed_records as records on records.dataset = listings.dataset

where listings.condition_count = 0
