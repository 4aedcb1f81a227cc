-- One row per event that stands for itself and others × thing it read that reached nobody: why.
-- A key nobody has, a key that stood for somebody at another time, a page behind the last record: each is kept
-- (semantics, section 5).

with

unanswered as (

    select
        reaches.event_number,
        reaches.reach_number,
        reaches.dataset,
        reaches.reach_kind,
        reaches.record_key

    from landed_reaches as reaches
    inner join (select distinct event_number from int_standing_events where is_in_window) as events
        on events.event_number = reaches.event_number
    left join (select distinct event_number, reach_number from int_reached_records) as reached
        on reached.event_number = reaches.event_number and reached.reach_number = reaches.reach_number

    where reaches.dataset is not null and not reaches.is_other_content and reached.event_number is null

),

named as (

    select distinct
        records.event_number,
        records.reach_number

    from int_named_records as records
    inner join unanswered
        on unanswered.event_number = records.event_number and unanswered.reach_number = records.reach_number

),

pages as (

    select
        pages.event_number,
        pages.reach_number,
        max(pages.total_count) as total_count,
        count(records.record_number) as listed_count

    from int_pages as pages
    left join int_listed_records as records
        on records.listing_number = pages.listing_number and records.place_number = 1

    group by pages.event_number, pages.reach_number

)

select
    reaches.event_number,
    reaches.dataset,
    reaches.reach_kind,
    reaches.record_key,
    case
        when pages.total_count > 0 then 'no_record_on_that_page'
        when named.event_number is not null or pages.listed_count > 0 then 'no_record_at_that_instant'
        when reaches.reach_kind = 'key' then 'no_such_record'
        else 'no_record_matches'
    end as reason

from unanswered as reaches
left join named on named.event_number = reaches.event_number and named.reach_number = reaches.reach_number
left join pages on pages.event_number = reaches.event_number and pages.reach_number = reaches.reach_number
