-- One row per subject × owner × portion × event or interval: the smallest thing that was found.
-- Semantics, section 6: an encrypted value whose key was read is readable from the later of the two instants on, and
-- no surer than the less sure of the two reads. A key read less surely than the value adds a finding and leaves the
-- surer one standing, so that more evidence never loses a confirmed row (law 5).

with

found as (

    select
        found.subject_number,
        found.owner_number,
        portions.delivery_number,
        portions.portion_number,
        portions.dataset,
        portions.is_encrypted,
        found.event_number,
        found.access_rank,
        found.grade_rank,
        found.grade_reason,
        found.first_at,
        found.last_at,
        found.event_count

    from int_found_deliveries as found
    inner join int_portions as portions
        on portions.delivery_number = found.delivery_number and not portions.is_opened

),

opened_portions as (

    select
        delivery_number,
        portion_number

    from int_portions

    where is_opened

),

key_reads as (

    select * from int_key_reads

),

opened as (

    select
        found.subject_number,
        found.owner_number,
        opened_portions.portion_number,
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
    inner join opened_portions on opened_portions.delivery_number = found.delivery_number
    inner join key_reads on key_reads.dataset = found.dataset

    where found.is_encrypted

)

select
    found.subject_number,
    found.owner_number,
    found.portion_number,
    found.event_number,
    found.access_rank,
    found.grade_rank,
    found.grade_reason,
    found.first_at,
    found.last_at,
    found.event_count

from found
left join key_reads on found.is_encrypted and key_reads.dataset = found.dataset

where key_reads.dataset is null or key_reads.grade_rank > found.grade_rank

union all

select
    subject_number,
    owner_number,
    portion_number,
    event_number,
    access_rank,
    grade_rank,
    grade_reason,
    first_at,
    last_at,
    event_count

from opened
