-- One row per record version × linked subject that it describes: whose customer that is.
-- Those who are linked may be few among very many: whoever asks about them asks here.

select
    record_subjects.record_number,
    record_subjects.subject,
    record_subjects.first_record_number,
    record_subjects.subject_number,
    owners.owner_number,
    records.dataset,
    records.residence

from int_record_subjects as record_subjects
inner join linked_subjects as linked on linked.subject_number = record_subjects.subject_number
inner join landed_records as records on records.record_number = record_subjects.record_number
inner join stg_owners as owners on owners.brand = records.brand and owners.controller = records.controller
