-- One row per record with several versions × subject it describes: what its versions agree on.
-- Versions that disagree on who they describe leave the subject unsure: only a declared link may tie it to anybody
-- (semantics, sections 5 and 8). Families change their name and people move; nobody changes a birth date.

with

versions as (

    select
        repeated.first_record_number as record_number,
        names.subject,
        min(names.given_name) as given_name,
        max(names.given_name) as last_given_name,
        min(names.family_name) as family_name,
        max(names.family_name) as last_family_name,
        min(case when placeholders.birth_date is null then names.birth_date end) as birth_date,
        max(case when placeholders.birth_date is null then names.birth_date end) as last_birth_date,
        min(names.generation) as generation,
        max(names.generation) as last_generation,
        min(names.postcode) as postcode,
        max(names.postcode) as last_postcode,
        min(names.address) as address,
        max(names.address) as last_address,
        min(names.city) as city,
        max(names.city) as last_city

    from stg_repeated_records as repeated
    inner join landed_names as names on names.record_number = repeated.record_number
    left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date

    group by repeated.first_record_number, names.subject

)

select
    record_number,
    subject,
    case when given_name = last_given_name then given_name end as given_name,
    case when family_name = last_family_name then family_name end as family_name,
    case when birth_date = last_birth_date then birth_date end as birth_date,
    case when generation = last_generation then generation end as generation,
    case when postcode = last_postcode then postcode end as postcode,
    case when address = last_address then address end as address,
    case when city = last_city then city end as city,
    coalesce(given_name <> last_given_name, false)
    or coalesce(birth_date <> last_birth_date, false)
    or coalesce(generation <> last_generation, false) as is_unsure

from versions
