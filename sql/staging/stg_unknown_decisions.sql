-- One row per decision that names somebody whom no record describes.
-- A decision that binds nobody is a mistake to be told, never one to be passed over (semantics, section 8).

with

subjects as (

    select distinct
        records.dataset,
        records.record_key,
        names.subject

    from stg_decided_records as records
    inner join landed_names as names on names.record_number = records.record_number

)

select
    decisions.file,
    decisions.line

from landed_decisions as decisions
left join subjects as one
    on one.dataset = decisions.dataset
    and one.record_key = decisions.record_key
    and one.subject = decisions.subject
left join subjects as other
    on other.dataset = decisions.other_dataset
    and other.record_key = decisions.other_record_key
    and other.subject = decisions.other_subject

where one.dataset is null or other.dataset is null
