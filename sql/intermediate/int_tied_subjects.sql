-- One row per subject not linked yet that may be tied to one linked last: by a value, a name, a declared link, a
-- decision.
-- Looked for again and again until nobody new is found.

with

linked as (

    select
        subject_number,
        round_number

    from linked_subjects

),

newest as (

    select max(round_number) as round_number from linked

),

fresh as (

    select linked.subject_number

    from linked
    inner join newest on newest.round_number = linked.round_number

),

named as (

    select
        record_number,
        subject

    from int_tied_by_births

    union

    select
        record_number,
        subject

    from int_tied_by_addresses

),

found as (

    select subject_number from int_tied_by_values

    union

    select record_subjects.subject_number

    from named
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = named.record_number and record_subjects.subject = named.subject

    union

    select targets.target_subject_number as subject_number

    from int_declared_targets as targets
    inner join fresh on fresh.subject_number = targets.subject_number

    union

    select targets.subject_number

    from int_declared_targets as targets
    inner join fresh on fresh.subject_number = targets.target_subject_number

    union

    select decided.other_subject_number as subject_number

    from int_decided_pairs as decided
    inner join fresh on fresh.subject_number = decided.subject_number

    union

    select decided.subject_number

    from int_decided_pairs as decided
    inner join fresh on fresh.subject_number = decided.other_subject_number

)

select found.subject_number

from found
left join linked on linked.subject_number = found.subject_number

where linked.subject_number is null
