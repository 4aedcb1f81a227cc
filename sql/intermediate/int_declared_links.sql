-- One row per subject × record it declares to be the same customer: does the link hold.
-- Semantics, section 8: contradiction blocks, also where a key says otherwise.

with

links as (

    select distinct
        records.dataset,
        records.record_key,
        links.subject,
        links.target_dataset,
        links.target_key

    from landed_links as links
    inner join landed_records as records on records.record_number = links.record_number

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
inner join subjects as linking
    on linking.dataset = links.dataset
    and linking.record_key = links.record_key
    and linking.subject = links.subject
inner join subjects as target
    on target.dataset = links.target_dataset
    and target.record_key = links.target_key
    and target.subject = 'customer'

where linking.subject_number <> target.subject_number
