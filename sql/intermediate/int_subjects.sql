-- One row per linked subject, somebody whom a record describes: what all its versions say of it.
-- Semantics, sections 5 and 8: each declared subject is a person of their own. Most records have one version, which
-- says all there is.

select
    placed.subject_number,
    names.given_name,
    names.family_name,
    case when placeholders.birth_date is null then names.birth_date end as birth_date,
    names.generation,
    names.postcode,
    names.address,
    names.city,
    false as is_unsure

from int_linked_records as placed
inner join landed_names as names on names.record_number = placed.record_number and names.subject = placed.subject
left join stg_repeated_records as repeated on repeated.record_number = placed.record_number
left join int_placeholder_dates as placeholders on placeholders.birth_date = names.birth_date

where repeated.record_number is null

union all

select
    placed.subject_number,
    versions.given_name,
    versions.family_name,
    versions.birth_date,
    versions.generation,
    versions.postcode,
    versions.address,
    versions.city,
    versions.is_unsure

from int_name_versions as versions
inner join int_linked_records as placed
    on placed.record_number = versions.record_number and placed.subject = versions.subject
