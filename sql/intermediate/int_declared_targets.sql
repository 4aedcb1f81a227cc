-- One row per subject × record it declares to be the same customer.

select distinct
    linking.subject_number,
    target.subject_number as target_subject_number

from int_declared_records as links
inner join int_record_subjects as linking
    on linking.record_number = links.record_number and linking.subject = links.subject
inner join int_record_subjects as target on target.record_number = links.target_record_number

where target.subject = 'customer' and linking.subject_number <> target.subject_number
