-- One row per linked subject × kind × value that could tie it to others.
-- Identifiers over all versions of a record; a full name at one address; a birth date under a name, alone or where
-- somebody lives. Where the name is common there, only full names are compared, and all of both must fit; whether it
-- fits is asked later. A name alone ties by a birth date only if it is rare, in full or in part.

with

subjects as (

    select
        subjects.subject_number,
        subjects.given_name,
        subjects.family_name,
        subjects.postcode,
        subjects.address

    from int_subjects as subjects
    inner join linked_subjects as linked on linked.subject_number = subjects.subject_number

    where not subjects.is_unsure

),

identifiers as (

    select
        subject_number,
        kind,
        value

    from int_subject_identifiers

    where identifier_class in ('primary', 'tertiary') and kind <> 'postal_address'

),

births as (

    select
        births.subject_number,
        births.kind,
        births.name || '|' || births.birth_date || '|' || births.place as value,
        births.is_fully_named,
        common.name is not null as is_common,
        common_full.name is not null as is_full_name_common

    from int_named_births as births
    left join int_common_names as common
        on common.kind = births.kind and common.name = births.name and common.place = births.place
    left join int_common_names as common_full
        on common_full.kind = 'full_name' and common_full.name = births.full_name

)

select
    subjects.subject_number,
    identifiers.kind,
    identifiers.value,
    false as is_common

from identifiers
inner join subjects on subjects.subject_number = identifiers.subject_number

union all

select
    subjects.subject_number,
    'address' as kind,
    subjects.address || '|' || coalesce(subjects.postcode, '') as value,
    false as is_common

from subjects
cross join landed_identifier_kinds as kinds

where
    length(subjects.given_name) > 1
    and subjects.family_name is not null
    and subjects.address is not null
    and kinds.kind = 'postal_address'
    and kinds.identifier_class <> 'none'

union all

select
    subject_number,
    kind,
    value,
    is_common

from births

where
    not is_common
    or (is_fully_named and (kind in ('name_birth_postcode', 'name_birth_address') or not is_full_name_common))
