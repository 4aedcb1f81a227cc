-- One row per reach × record version that existed at the instant of the read × what of it was delivered.
-- Semantics, sections 2 and 5: a live table holds at time t the records with valid_from <= t < valid_to; a static file
-- what it held when generated. A stand-in for a lost object reaches whatever it holds that is older than the read. A
-- record that only one of two readings of an ambiguous time reaches is reached, but not exactly. Pages are over the
-- records of their instant already; a statement finds its records as they were at each instant.

with

named as (

    select * from int_named_records

),

instants as (

    select * from int_standing_events

),

reaches as (

    select
        event_number,
        reach_number,
        dataset,
        projection,
        is_stand_in

    from landed_reaches

),

paged as (

    select * from int_paged_records

),

datasets as (

    select
        dataset,
        is_static

    from landed_datasets

),

reached as (

    select
        named.event_number,
        named.reach_number,
        named.record_number,
        reaches.dataset,
        records.record_key,
        coalesce(named.cut_projection, reaches.projection) as projection,
        instants.first_at,
        instants.last_at,
        instants.reading_count,
        cast(null as varchar) as page_reason,
        cast(null as varchar) as replay_reason

    from named
    inner join reaches on reaches.event_number = named.event_number and reaches.reach_number = named.reach_number
    inner join datasets on datasets.dataset = reaches.dataset
    inner join landed_records as records on records.record_number = named.record_number
    inner join instants on instants.event_number = named.event_number

    where
        records.valid_from < records.valid_to
        and (
            (records.valid_from <= instants.occurred_at and instants.occurred_at < records.valid_to)
            or (reaches.is_stand_in and (datasets.is_static or records.valid_from <= instants.occurred_at))
        )

    union all

    select
        paged.event_number,
        paged.reach_number,
        paged.record_number,
        records.dataset,
        records.record_key,
        reaches.projection,
        instants.first_at,
        instants.last_at,
        instants.reading_count,
        paged.page_reason,
        cast(null as varchar) as replay_reason

    from paged
    inner join reaches on reaches.event_number = paged.event_number and reaches.reach_number = paged.reach_number
    inner join landed_records as records on records.record_number = paged.record_number
    inner join instants
        on instants.event_number = paged.event_number and instants.occurred_at = paged.occurred_at

    where records.valid_from < records.valid_to

    union all

    select
        event_number,
        reach_number,
        record_number,
        dataset,
        record_key,
        projection,
        first_at,
        last_at,
        reading_count,
        cast(null as varchar) as page_reason,
        replay_reason

    from int_replayed_records

)

select
    event_number,
    reach_number,
    record_number,
    dataset,
    record_key,
    projection,
    min(first_at) as first_at,
    max(last_at) as last_at,
    count(*) = max(reading_count) as is_time_certain,
    min(page_reason) as page_reason,
    min(replay_reason) as replay_reason

from reached

group by event_number, reach_number, record_number, dataset, record_key, projection
