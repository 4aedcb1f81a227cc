-- One row per subject × record it declares to be the same customer.

with

record_subjects as (

    select
        record_number,
        subject,
        subject_number

    from int_record_subjects

)

select distinct
    linking.subject_number,
    target.subject_number as target_subject_number

from landed_links as links
inner join record_subjects as linking
    on linking.record_number = links.record_number and linking.subject = links.subject
inner join landed_records as records
    on records.dataset = links.target_dataset and records.record_key = links.target_key
inner join record_subjects as target on target.record_number = records.record_number

where target.subject = 'customer' and linking.subject_number <> target.subject_number
