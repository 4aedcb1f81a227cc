-- One row per kind × name × place that goes with more birth dates than a household has people: too common to tie by.
-- Whoever shares such a name may share a birth date by chance; how likely that is depends on nothing but how many
-- people bear the name there, so the data itself says which names are rare enough. Asked of the names of linked
-- subjects, counted over everybody.

with

births as (

    select
        kind,
        name,
        place,
        birth_date

    from int_named_births

    union all

    select
        'full_name' as kind,
        full_name as name,
        '' as place,
        birth_date

    from int_named_births

    where is_fully_named

    union all

    select
        kind,
        name,
        place,
        birth_date

    from int_other_births

),

counted as (

    select
        kind,
        name,
        place,
        count(distinct birth_date) as birth_date_count

    from births

    group by kind, name, place

)

select
    counted.kind,
    counted.name,
    counted.place

from counted
cross join landed_incident as incident

where counted.birth_date_count > incident.household_limit
