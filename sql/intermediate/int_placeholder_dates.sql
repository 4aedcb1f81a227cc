-- One row per birth date that far more people have than can have been born on it.
-- What a system writes when nobody knew: it identifies nobody and tells no two people apart (semantics, section 8). One
-- person in some twenty thousand is born on any one day; a date that one in a hundred have, and many, is none.

with

-- nearly every record has one version; only the rest are put together
several as (

    select distinct
        names.birth_date,
        names.subject,
        repeated.first_record_number

    from stg_repeated_records as repeated
    inner join landed_names as names on names.record_number = repeated.record_number

    where names.birth_date is not null

),

counted as (

    select
        names.birth_date,
        count(*) as subject_count

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null and names.birth_date is not null

    group by names.birth_date

    union all

    select
        birth_date,
        count(*) as subject_count

    from several

    group by birth_date

),

dated as (

    select
        birth_date,
        sum(subject_count) as subject_count

    from counted

    group by birth_date

),

everybody as (

    select sum(subject_count) as subject_count from dated

)

select dated.birth_date

from dated
cross join everybody
cross join landed_incident as incident

where
    dated.subject_count > 10 * incident.household_limit
    and dated.subject_count * 100 > everybody.subject_count
