-- One row per subject × record it declares to be the same customer.

with

links as (

    select distinct
        record_subjects.subject_number,
        links.target_dataset,
        links.target_key

    from landed_links as links
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = links.record_number and record_subjects.subject = links.subject

),

subjects as (

    select
        subject_number,
        dataset,
        record_key

    from int_subjects

    where subject = 'customer'

)

select
    links.subject_number,
    target.subject_number as target_subject_number

from links
inner join subjects as target on target.dataset = links.target_dataset and target.record_key = links.target_key

where links.subject_number <> target.subject_number
