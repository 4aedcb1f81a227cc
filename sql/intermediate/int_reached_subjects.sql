-- One row per subject that an event, a gap, a copy or a device reached, whether or not it counts: who has to be placed.
-- Who is one person is asked of these and of whoever is linked to them, and of nobody else.

with

reached as (

    select record_number from int_reached_records

    union

    select record_number from int_record_intervals

    union

    select record_number from int_intercepted_transactions

)

select distinct record_subjects.subject_number

from int_record_subjects as record_subjects
inner join reached on reached.record_number = record_subjects.record_number
