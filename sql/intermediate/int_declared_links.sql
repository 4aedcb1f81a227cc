-- One row per subject × record it declares to be the same customer: does the link hold.
-- Semantics, section 8: contradiction blocks, also where a key says otherwise.

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

    select * from int_subjects

)

select
    linking.subject_number,
    target.subject_number as target_subject_number,
    coalesce(
        length(linking.given_name) > 1
        and length(target.given_name) > 1
        and linking.given_name <> target.given_name,
        false
    )
    or coalesce(substr(linking.given_name, 1, 1) <> substr(target.given_name, 1, 1), false)
    or coalesce(linking.birth_date <> target.birth_date, false) as is_blocked

from links
inner join subjects as linking on linking.subject_number = links.subject_number
inner join subjects as target
    on target.dataset = links.target_dataset
    and target.record_key = links.target_key
    and target.subject = 'customer'

where linking.subject_number <> target.subject_number
