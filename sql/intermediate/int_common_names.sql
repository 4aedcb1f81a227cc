-- One row per kind × name × place that goes with more birth dates than a household has people: too common to tie by.
-- Whoever shares such a name may share a birth date by chance; how likely that is depends on nothing but how many
-- people bear the name there, so the data itself says which names are rare enough. Asked of the names of linked
-- subjects, counted over everybody.

with

counted as (

    select
        kind,
        name,
        place,
        count(*) as birth_date_count

    from int_births_of_names

    group by kind, name, place

)

select
    counted.kind,
    counted.name,
    counted.place

from counted
cross join landed_incident as incident

where counted.birth_date_count > incident.household_limit
