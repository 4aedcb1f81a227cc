-- One row per subject × kind × matching value that could tie it to others.
-- E-mail addresses, phone numbers and name + birth date + postcode, over all versions of a record.

with

subjects as (

    select * from int_subjects

    where not is_unsure

),

identifiers as (

    select distinct
        record_subjects.subject_number,
        identifiers.kind,
        identifiers.value

    from landed_identifiers as identifiers
    inner join int_record_subjects as record_subjects
        on record_subjects.record_number = identifiers.record_number
        and record_subjects.subject = identifiers.subject

    where identifiers.value is not null and identifiers.kind in ('email', 'phone')

)

select
    subjects.subject_number,
    identifiers.kind,
    identifiers.value

from identifiers
inner join subjects on subjects.subject_number = identifiers.subject_number

union all

select
    subject_number,
    'name_birth_postcode' as kind,
    given_name || '|' || family_name || '|' || birth_date || '|' || postcode as value

from subjects

where
    length(given_name) > 1
    and family_name is not null
    and birth_date is not null
    and postcode is not null
