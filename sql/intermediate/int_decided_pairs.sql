-- One row per two subjects of whom people decided: the same, or different.
-- Human decisions are honoured on every run (semantics, section 8), whatever else is known of the two.

with

subjects as (

    select distinct
        records.dataset,
        records.record_key,
        record_subjects.subject,
        record_subjects.subject_number

    from stg_decided_records as records
    inner join int_record_subjects as record_subjects on record_subjects.record_number = records.record_number

)

select distinct
    least(one.subject_number, other.subject_number) as subject_number,
    greatest(one.subject_number, other.subject_number) as other_subject_number,
    decisions.decision

from landed_decisions as decisions
inner join subjects as one
    on one.dataset = decisions.dataset
    and one.record_key = decisions.record_key
    and one.subject = decisions.subject
inner join subjects as other
    on other.dataset = decisions.other_dataset
    and other.record_key = decisions.other_record_key
    and other.subject = decisions.other_subject

where one.subject_number <> other.subject_number
