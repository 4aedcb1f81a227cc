-- One row per record version × subject: the number of whom it describes, and whose customer that is.
-- All versions of a key describe the same subjects. From here on subjects and owners go by number, so that texts are
-- compared once.

with

records as (

    select
        record_number,
        dataset,
        brand,
        controller,
        residence

    from landed_records

),

owners as (

    select * from stg_owners

),

subject_words as (

    select distinct subject from landed_names

),

numbered as (

    select
        subject,
        row_number() over (order by subject nulls last) as word_number

    from subject_words

),

firsts as (

    select
        record_number,
        first_record_number

    from stg_repeated_records

)

select
    names.record_number,
    names.subject,
    coalesce(firsts.first_record_number, names.record_number) as first_record_number,
    coalesce(firsts.first_record_number, names.record_number) * 1000 + numbered.word_number as subject_number,
    owners.owner_number,
    records.dataset,
    records.residence

from landed_names as names
inner join records on records.record_number = names.record_number
inner join numbered on numbered.subject = names.subject
inner join owners on owners.brand = records.brand and owners.controller = records.controller
left join firsts on firsts.record_number = names.record_number
