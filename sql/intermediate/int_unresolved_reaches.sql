-- One row per event × thing it read that reached nobody: why.
-- A key nobody has, a key that stood for somebody at another time, a page behind the last record, a resource no dataset
-- claims, a statement nobody can read: each is kept (semantics, section 5).

with

verdicts as (

    select
        event_number,
        verdict

    from int_event_verdicts

    where verdict in ('unclaimed', 'reached_nobody', 'reached', 'key_read')

),

named as (

    select distinct
        alike.event_number,
        records.reach_number

    from (select distinct event_number, reach_number from int_named_records) as records
    inner join int_alike_events as alike on alike.standing_number = records.event_number

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

),

reached as (

    select distinct
        alike.event_number,
        records.reach_number

    from (select distinct event_number, reach_number from int_reached_records) as records
    inner join int_alike_events as alike on alike.standing_number = records.event_number

)

select distinct
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

from landed_reaches as reaches
inner join verdicts on verdicts.event_number = reaches.event_number
left join named on named.event_number = reaches.event_number and named.reach_number = reaches.reach_number
left join pages on pages.event_number = reaches.event_number and pages.reach_number = reaches.reach_number
left join reached on reached.event_number = reaches.event_number and reached.reach_number = reaches.reach_number

where reaches.dataset is not null and not reaches.is_other_content and reached.event_number is null

union all

select
    verdicts.event_number,
    cast(null as varchar) as dataset,
    cast(null as varchar) as reach_kind,
    cast(null as varchar) as record_key,
    case
        when statements.event_number is not null then 'unreadable_statement'
        else 'no_dataset_claims_the_resource'
    end as reason

from verdicts
left join landed_statements as statements
    on statements.event_number = verdicts.event_number and statements.is_unreadable

where verdicts.verdict = 'unclaimed'
