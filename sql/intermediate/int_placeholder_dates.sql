-- One row per birth date that far more people have than can have been born on it.
-- What a system writes when nobody knew: it identifies nobody and tells no two people apart (semantics, section 8). One
-- person in some twenty thousand is born on any one day; a date that one in a hundred have, and many, is none.

with

dated as (

    select distinct
        subject_number,
        birth_date

    from int_record_subjects

    where birth_date is not null

),

counted as (

    select
        birth_date,
        count(*) as subject_count

    from dated

    group by birth_date

),

everybody as (

    select count(*) as subject_count from dated

)

select counted.birth_date

from counted
cross join everybody
cross join landed_incident as incident

where
    counted.subject_count > 10 * incident.household_limit
    and counted.subject_count * 100 > everybody.subject_count
