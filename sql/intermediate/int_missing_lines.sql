-- One row per log × hole in the numbers of its lines: the stretch between the two lines around the hole.
-- Semantics, section 7: coverage is checked against the log itself. Where it numbers its lines, a number that never
-- came is a line that is not there. In the order of numbers, so that no order of files or lines matters; a number that
-- came twice counts once, at its earliest.

with

numbered as (

    select
        log,
        sequence_number,
        min(earliest_at) as happened_at

    from stg_events

    where sequence_number is not null

    group by log, sequence_number

),

neighbours as (

    select
        log,
        happened_at,
        lead(happened_at) over (partition by log order by sequence_number nulls last) as next_at,
        lead(sequence_number) over (partition by log order by sequence_number nulls last)
        - sequence_number
        - 1 as missing_count

    from numbered

)

select
    log,
    least(happened_at, next_at) as from_at,
    greatest(happened_at, next_at) + interval 1 microsecond as until_at,
    missing_count

from neighbours

where missing_count > 0
