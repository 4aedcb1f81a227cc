-- One row per linked subject × value that could tie it to others who carry it.
-- Identifiers over all versions of a record; a full name at one address; a birth date under a name, alone or where
-- somebody lives. Whether the names fit is asked later. Of the unsure nothing ties but a declared link.

with

subjects as (

    select
        subject_number,
        given_name,
        family_name,
        postcode,
        address

    from int_subjects

    where not is_unsure

),

tying as (

    select
        value_number,
        kind,
        value,
        owner_number

    from int_tying_values

),

identifiers as (

    select distinct
        subjects.subject_number,
        tying.value_number

    from int_linked_identifiers as identifiers
    inner join tying on tying.kind = identifiers.kind and tying.value = identifiers.value
    inner join subjects on subjects.subject_number = identifiers.subject_number

    where tying.owner_number is null or tying.owner_number = identifiers.owner_number

)

select
    subject_number,
    value_number

from identifiers

union all

select
    subjects.subject_number,
    tying.value_number

from subjects
inner join tying
    on tying.kind = 'address' and tying.value = subjects.address || '|' || coalesce(subjects.postcode, '')

where length(subjects.given_name) > 1 and subjects.family_name is not null

union all

select
    births.subject_number,
    tying.value_number

from int_tying_births as births
inner join tying on tying.kind = births.kind and tying.value = births.value
