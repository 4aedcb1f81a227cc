-- One row per contact of which something is amiss, with a flag for each thing.

with told as (

    select
        contacts.person_id,
        contacts.brand,
        contacts.controller,
        contacts.contact_id,
        (
            case
                when contacts.person_id between '!' and '~' then false
                else coalesce(trim(contacts.person_id), '') = ''
            end
            or case
                when contacts.contact_id between '!' and '~' then false
                else coalesce(trim(contacts.contact_id), '') = ''
            end
            or case
                when contacts.contact_value between '!' and '~' then false
                else coalesce(trim(contacts.contact_value), '') = ''
            end
            or coalesce(trim(contacts.brand), '') = '' or coalesce(trim(contacts.controller), '') = ''
            or coalesce(trim(contacts.kind), '') = ''
            or coalesce(contacts.incident_id, '') not in (select incident_id from landed_incident)
        ) as is_incomplete,
        not regexp_full_match(contacts.contact_id, 'c[0-9a-f]{20}') as is_no_pseudonym

    from contacts

)

select *

from told

where
    is_incomplete
    or is_no_pseudonym
