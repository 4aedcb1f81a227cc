-- One row per event that had a stored file in reach × dataset: how many bytes that is, and whether the log says fewer.
-- Semantics, section 5: where the log states how much it returned, compare. Each dataset is held against the stated
-- number alone (law 5). What was cut off is expected to be short; what arrived compressed may be.

with

counted as (

    select distinct event_number from landed_reaches where expected_byte_count is not null

),

reaches as (

    select
        reaches.event_number,
        reaches.dataset,
        max(reaches.expected_byte_count) as derived_byte_count,
        min(case when reaches.expected_byte_count is null then 0 else 1 end) as is_known

    from counted
    inner join landed_reaches as reaches on reaches.event_number = counted.event_number

    where reaches.dataset is not null and not reaches.is_other_content

    group by reaches.event_number, reaches.dataset

)

select
    reaches.event_number,
    reaches.dataset,
    case when reaches.is_known = 1 then reaches.derived_byte_count end as derived_byte_count,
    coalesce(
        reaches.is_known = 1
        and coalesce(events.inexact_reason, '') <> 'aborted'
        and events.byte_count < reaches.derived_byte_count,
        false
    ) as is_upper_bound

from reaches
inner join int_event_contents as events on events.event_number = reaches.event_number
