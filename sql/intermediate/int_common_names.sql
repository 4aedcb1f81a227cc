-- One row per kind × name × place that goes with more birth dates than a household has people: too common to tie by.
-- Whoever shares such a name may share a birth date by chance; how likely that is depends on nothing but how many
-- people bear the name there, so the data itself says which names are rare enough. Asked of the names of linked
-- subjects, counted over everybody.

with

counted as (

    select
        name_number,
        count(*) as birth_date_count

    from (select distinct name_number, birth_date from int_births_of_names) as births

    group by name_number

)

select
    names.kind,
    names.name,
    names.place

from counted
inner join int_shared_names as names on names.name_number = counted.name_number
cross join landed_incident as incident

where counted.birth_date_count > incident.household_limit
