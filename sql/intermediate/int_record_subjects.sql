-- One row per record version × subject: the number of whom it describes.
-- All versions of a key describe the same subjects. From here on subjects go by number, so that texts are compared
-- once.

with

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
    coalesce(firsts.first_record_number, names.record_number) * 1000 + numbered.word_number as subject_number

from landed_names as names
inner join numbered on numbered.subject = names.subject
left join firsts on firsts.record_number = names.record_number
