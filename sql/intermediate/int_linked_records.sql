-- One row per record version × linked subject that it describes: whose customer that is.
-- Asked once, because those who are linked may be few among very many: whoever asks about them asks here.

select
    record_subjects.record_number,
    record_subjects.subject,
    record_subjects.first_record_number,
    record_subjects.subject_number,
    record_subjects.owner_number,
    record_subjects.dataset,
    record_subjects.residence

from int_record_subjects as record_subjects
inner join linked_subjects as linked on linked.subject_number = record_subjects.subject_number
