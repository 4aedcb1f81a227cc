-- One row per reach × record version that the reach names, whenever that version existed.
-- Semantics, section 5, from the most exact evidence down: record keys; columns that equal a value, all of them at
-- once; the bytes of a stored file; the whole object. Only what candidate events reach is looked at, once for those
-- that are alike. Of a record that a byte range cuts, the projection says what arrived; else the reach's own holds.

with

candidates as (

    select distinct event_number from int_standing_events

),

reaches as (

    select landed_reaches.*

    from landed_reaches
    inner join candidates on candidates.event_number = landed_reaches.event_number

    where landed_reaches.dataset is not null and not landed_reaches.is_other_content

),

by_key as (

    select
        reaches.event_number,
        reaches.reach_number,
        records.record_number

    from reaches
    inner join landed_records as records
        on records.dataset = reaches.dataset and records.record_key = reaches.record_key

    where reaches.reach_kind = 'key'

),

by_column as (

    select
        reaches.event_number,
        reaches.reach_number,
        matching.record_number

    from reaches
    inner join landed_conditions as conditions
        on conditions.event_number = reaches.event_number and conditions.reach_number = reaches.reach_number
    inner join landed_values as matching
        on matching.dataset = reaches.dataset
        and matching.column_name = conditions.column_name
        and matching.value = conditions.value

    where reaches.reach_kind = 'column'

    group by reaches.event_number, reaches.reach_number, reaches.condition_count, matching.record_number

    having count(*) = reaches.condition_count

),

by_object as (

    select
        reaches.event_number,
        reaches.reach_number,
        records.record_number

    from reaches
    inner join landed_records as records on records.dataset = reaches.dataset

    where reaches.reach_kind = 'whole'

)

select
    event_number,
    reach_number,
    record_number,
    cast(null as varchar) as cut_projection

from by_key

union all

select
    event_number,
    reach_number,
    record_number,
    cast(null as varchar) as cut_projection

from by_column

union all

select
    event_number,
    reach_number,
    record_number,
    cut_projection

from int_ranged_records

union all

select
    event_number,
    reach_number,
    record_number,
    cast(null as varchar) as cut_projection

from by_object
