-- One row per reach × record version that existed at the instant of the read.
-- Semantics, sections 2 and 5: a live table holds at time t the records with valid_from <= t < valid_to; a static file
-- what it held when generated. A stand-in for a lost object reaches whatever it holds that is older than the read. A
-- record that only one of two readings of an ambiguous time reaches is reached, but not exactly.

with

named as (

    select * from int_named_records

),

instants as (

    select * from int_candidate_events

),

reaches as (

    select
        event_number,
        reach_number,
        dataset,
        is_stand_in

    from landed_reaches

),

datasets as (

    select
        dataset,
        is_static

    from landed_datasets

),

records as (

    select
        record_number,
        record_key,
        valid_from,
        valid_to

    from landed_records

    where valid_from < valid_to

)

select
    named.event_number,
    named.reach_number,
    named.record_number,
    reaches.dataset,
    records.record_key,
    min(instants.occurred_at) as first_at,
    max(instants.occurred_at) as last_at,
    count(*) = max(instants.reading_count) as is_time_certain

from named
inner join reaches on reaches.event_number = named.event_number and reaches.reach_number = named.reach_number
inner join datasets on datasets.dataset = reaches.dataset
inner join records on records.record_number = named.record_number
inner join instants on instants.event_number = named.event_number

where
    (records.valid_from <= instants.occurred_at and instants.occurred_at < records.valid_to)
    or (reaches.is_stand_in and (datasets.is_static or records.valid_from <= instants.occurred_at))

group by named.event_number, named.reach_number, named.record_number, reaches.dataset, records.record_key
