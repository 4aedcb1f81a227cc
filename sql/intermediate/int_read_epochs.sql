-- One row per read of a whole dataset × instant: the epoch of the dataset it fell into.
-- Between two changes, a record's beginning or end, a dataset holds the same records, so that reads of one epoch reach
-- the same. A file changes when it is generated and when it is replaced.

with

reads as (

    select distinct
        events.event_number,
        events.occurred_at,
        reaches.dataset

    from int_candidate_events as events
    inner join landed_reaches as reaches on reaches.event_number = events.event_number

    where reaches.reach_kind = 'whole' and reaches.dataset is not null

),

tables_read as (

    select distinct dataset from reads

),

records as (

    select
        landed_records.dataset,
        landed_records.valid_from,
        landed_records.valid_to

    from landed_records
    inner join tables_read on tables_read.dataset = landed_records.dataset

),

changes as (

    select
        dataset,
        valid_from as changed_at

    from records

    union

    select
        dataset,
        valid_to as changed_at

    from records

),

marks as (

    select
        dataset,
        changed_at as marked_at,
        1 as change_count,
        cast(null as bigint) as event_number

    from changes

    union all

    select
        dataset,
        occurred_at as marked_at,
        0 as change_count,
        event_number

    from reads

),

counted as (

    -- A change at the instant of a read comes before it, as valid_from <= t < valid_to has it.
    select
        dataset,
        marked_at,
        event_number,
        sum(change_count) over (
            partition by dataset
            order by marked_at nulls last
            range between unbounded preceding and current row
        ) as epoch_number

    from marks

)

select
    dataset,
    event_number,
    marked_at as occurred_at,
    cast(epoch_number as bigint) as epoch_number

from counted

where event_number is not null
