-- One row per record version × subject it describes of those who were linked last.
-- They are asked for who shares something with them; whoever was linked before was asked before.

with

newest as (

    select max(round_number) as round_number from linked_subjects

)

select
    record_subjects.record_number,
    record_subjects.subject

from linked_subjects as linked
inner join newest on newest.round_number = linked.round_number
inner join int_record_subjects as record_subjects on record_subjects.subject_number = linked.subject_number
