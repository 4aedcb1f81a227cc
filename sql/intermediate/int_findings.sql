-- One row per subject × owner × field × state × event or interval: the smallest thing that was found.
-- Semantics, section 6: an encrypted value whose key was read is readable from the later of the two instants on, and
-- no surer than the less sure of the two reads. A key read less surely than the value adds a finding and leaves the
-- surer one standing, so that more evidence never loses a confirmed row (law 5).

with

found as (

    select * from int_found_values

),

encrypted as (

    select state_rank from landed_states

    where state = 'encrypted'

),

opened_states as (

    select state_rank from landed_states

    where state = 'encrypted_key_exposed'

),

key_reads as (

    select * from int_key_reads

),

opened as (

    select
        found.subject_number,
        found.owner_number,
        found.field_number,
        opened_states.state_rank,
        found.event_number,
        found.access_rank,
        greatest(found.grade_rank, key_reads.grade_rank) as grade_rank,
        case
            when key_reads.grade_rank > found.grade_rank then key_reads.grade_reason
            when key_reads.grade_rank = found.grade_rank then least(key_reads.grade_reason, found.grade_reason)
            else found.grade_reason
        end as grade_reason,
        greatest(found.first_at, key_reads.key_read_at) as first_at,
        greatest(found.last_at, key_reads.key_read_at) as last_at,
        found.event_count

    from found
    inner join encrypted on encrypted.state_rank = found.state_rank
    inner join key_reads on key_reads.dataset = found.dataset
    cross join opened_states

)

select
    found.subject_number,
    found.owner_number,
    found.field_number,
    found.state_rank,
    found.event_number,
    found.access_rank,
    found.grade_rank,
    found.grade_reason,
    found.first_at,
    found.last_at,
    found.event_count

from found
left join encrypted on encrypted.state_rank = found.state_rank
left join key_reads on key_reads.dataset = found.dataset

where
    encrypted.state_rank is null
    or key_reads.dataset is null
    or key_reads.grade_rank > found.grade_rank

union all

select
    subject_number,
    owner_number,
    field_number,
    state_rank,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at,
    event_count

from opened
