-- One row per dataset × record key × subject: somebody a record describes, over all its versions.
-- Semantics, sections 5 and 8: each declared subject is a person of their own. Versions that disagree on who they
-- describe leave the subject unsure: only a declared link may tie it to anybody.

with

versions as (

    select
        record_subjects.subject_number,
        min(record_subjects.first_record_number) as first_record_number,
        min(record_subjects.dataset) as dataset,
        min(record_subjects.record_key) as record_key,
        min(record_subjects.subject) as subject,
        min(record_subjects.given_name) as given_name,
        max(record_subjects.given_name) as last_given_name,
        min(record_subjects.family_name) as family_name,
        max(record_subjects.family_name) as last_family_name,
        min(case when placeholders.birth_date is null then record_subjects.birth_date end) as birth_date,
        max(case when placeholders.birth_date is null then record_subjects.birth_date end) as last_birth_date,
        min(record_subjects.generation) as generation,
        max(record_subjects.generation) as last_generation,
        min(record_subjects.postcode) as postcode,
        max(record_subjects.postcode) as last_postcode,
        min(record_subjects.address) as address,
        max(record_subjects.address) as last_address,
        min(record_subjects.city) as city,
        max(record_subjects.city) as last_city

    from int_record_subjects as record_subjects
    left join int_placeholder_dates as placeholders on placeholders.birth_date = record_subjects.birth_date

    group by record_subjects.subject_number

),

agreed as (

    select
        subject_number,
        first_record_number,
        dataset,
        record_key,
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

)

select
    subject_number,
    first_record_number,
    dataset,
    record_key,
    subject,
    given_name,
    family_name,
    birth_date,
    generation,
    postcode,
    address,
    city,
    is_unsure

from agreed
