-- One row per record version × subject × field × state × event or interval: the smallest thing that was found.
-- Semantics, section 6: an encrypted value whose key was read is readable from the later of the two instants on, and
-- no surer than the less sure of the two reads. A key read less surely than the value adds a finding and leaves the
-- surer one standing, so that more evidence never loses a confirmed row (law 5).

with

reached as (

    select * from int_reached_versions

),

records as (

    select
        record_number,
        dataset,
        record_key,
        brand,
        controller,
        shape

    from landed_records

),

delivered as (

    select * from int_delivered_fields

),

key_reads as (

    select * from int_key_reads

),

found as (

    select distinct
        records.dataset,
        records.record_key,
        delivered.subject,
        records.brand,
        records.controller,
        delivered.field,
        delivered.state as stored_state,
        reached.event_number,
        reached.access_rank,
        reached.grade_rank,
        reached.grade_reason,
        reached.first_at,
        reached.last_at

    from reached
    inner join records on records.record_number = reached.record_number
    inner join delivered
        on delivered.dataset = records.dataset
        and delivered.shape = records.shape
        and delivered.projection = coalesce(reached.projection, '')

),

opened as (

    select
        found.dataset,
        found.record_key,
        found.subject,
        found.brand,
        found.controller,
        found.field,
        'encrypted_key_exposed' as state,
        found.event_number,
        found.access_rank,
        greatest(found.grade_rank, key_reads.grade_rank) as grade_rank,
        case
            when key_reads.grade_rank > found.grade_rank then key_reads.grade_reason
            when key_reads.grade_rank = found.grade_rank then least(key_reads.grade_reason, found.grade_reason)
            else found.grade_reason
        end as grade_reason,
        greatest(found.first_at, key_reads.key_read_at) as first_at,
        greatest(found.last_at, key_reads.key_read_at) as last_at

    from found
    inner join key_reads on key_reads.dataset = found.dataset

    where found.stored_state = 'encrypted'

),

as_stored as (

    select found.*

    from found
    left join key_reads on key_reads.dataset = found.dataset

    where
        found.stored_state <> 'encrypted'
        or key_reads.dataset is null
        or key_reads.grade_rank > found.grade_rank

)

select
    dataset,
    record_key,
    subject,
    brand,
    controller,
    field,
    stored_state as state,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at

from as_stored

union all

select
    dataset,
    record_key,
    subject,
    brand,
    controller,
    field,
    state,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at

from opened
