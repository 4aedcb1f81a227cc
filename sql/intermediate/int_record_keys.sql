-- One row per dataset × record key of an exposed record: the key as it may be published.
-- Semantics, section 12: where the key itself is personal data (a list keyed by e-mail) its keyed pseudonym stands in.

with

exposed as (

    select distinct
        dataset,
        record_key

    from int_person_findings

),

datasets as (

    select
        dataset,
        is_key_personal

    from landed_datasets

)

select
    exposed.dataset,
    exposed.record_key,
    case
        when datasets.is_key_personal
            then 'k' || substr(
                sha2(
                    incident.person_key
                    || sha2(incident.person_key || exposed.dataset || '|' || exposed.record_key, 256), 256
                ), 1, 20
            )
        else exposed.record_key
    end as published_key

from exposed
inner join datasets on datasets.dataset = exposed.dataset
cross join landed_incident as incident
