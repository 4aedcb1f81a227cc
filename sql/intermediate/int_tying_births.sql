-- One row per linked subject × birth date under a name, alone or where it lives, that could tie it to others.
-- A name ties by a birth date only if it is rare. Where it is common there, and under mere initials, only full names
-- are compared, and all of both must fit; where the full name is common too, only who lives at one postcode or
-- address is compared.

with

births as (

    select
        births.subject_number,
        births.kind,
        births.name || '|' || births.birth_date || '|' || births.place as value,
        births.is_fully_named,
        births.is_initials or common.name is not null as is_common,
        common_full.name is not null as is_full_name_common

    from int_named_births as births
    left join int_common_names as common
        on common.kind = births.kind and common.name = births.name and common.place = births.place
    left join int_common_names as common_full
        on common_full.kind = 'full_name' and common_full.name = births.full_name

)

select
    subject_number,
    kind,
    value,
    is_common

from births

where
    not is_common
    or (is_fully_named and (kind in ('name_birth_postcode', 'name_birth_address') or not is_full_name_common))
