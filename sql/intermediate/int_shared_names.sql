-- One row per kind × name × place under which linked subjects share a birth date, with its number.

with

names as (

    select distinct
        kind,
        name,
        place

    from int_named_births

    where not is_initials

    union all

    select distinct
        'full_name' as kind,
        full_name as name,
        '' as place

    from int_named_births

    where is_fully_named

)

select
    kind,
    name,
    place,
    row_number() over (order by kind nulls last, name nulls last, place nulls last) as name_number

from names
