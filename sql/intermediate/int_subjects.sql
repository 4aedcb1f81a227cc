-- One row per dataset × record key × subject: somebody a record describes, over all its versions.
-- Semantics, sections 5 and 8: each declared subject is a person of their own. Versions that disagree on who they
-- describe leave the subject unsure: only a declared link may tie it to anybody.

with

records as (

    select
        record_number,
        dataset,
        record_key

    from landed_records

),

names as (

    select * from landed_names

),

versions as (

    select
        records.dataset,
        records.record_key,
        names.subject,
        min(records.record_number) as first_record_number,
        min(names.given_name) as given_name,
        max(names.given_name) as last_given_name,
        min(names.family_name) as family_name,
        max(names.family_name) as last_family_name,
        min(names.birth_date) as birth_date,
        max(names.birth_date) as last_birth_date,
        min(names.postcode) as postcode,
        max(names.postcode) as last_postcode

    from names
    inner join records on records.record_number = names.record_number

    group by records.dataset, records.record_key, names.subject

)

select
    row_number() over (order by dataset, record_key, subject) as subject_number,
    dataset,
    record_key,
    subject,
    case when given_name = last_given_name then given_name end as given_name,
    case when family_name = last_family_name then family_name end as family_name,
    case when birth_date = last_birth_date then birth_date end as birth_date,
    case when postcode = last_postcode then postcode end as postcode,
    coalesce(given_name <> last_given_name, false) or coalesce(birth_date <> last_birth_date, false) as is_unsure

from versions
