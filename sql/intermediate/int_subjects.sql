-- One row per dataset × record key × subject: somebody a record describes, over all its versions.
-- Semantics, sections 5 and 8: each declared subject is a person of their own. Versions that disagree on who they
-- describe leave the subject unsure: only a declared link may tie it to anybody.

with

versions as (

    select
        subject_number,
        min(first_record_number) as first_record_number,
        min(dataset) as dataset,
        min(record_key) as record_key,
        min(subject) as subject,
        min(given_name) as given_name,
        max(given_name) as last_given_name,
        min(family_name) as family_name,
        max(family_name) as last_family_name,
        min(birth_date) as birth_date,
        max(birth_date) as last_birth_date,
        min(postcode) as postcode,
        max(postcode) as last_postcode

    from int_record_subjects

    group by subject_number

)

select
    subject_number,
    first_record_number,
    dataset,
    record_key,
    subject,
    case when given_name = last_given_name then given_name end as given_name,
    case when family_name = last_family_name then family_name end as family_name,
    case when birth_date = last_birth_date then birth_date end as birth_date,
    case when postcode = last_postcode then postcode end as postcode,
    coalesce(given_name <> last_given_name, false) or coalesce(birth_date <> last_birth_date, false) as is_unsure

from versions
