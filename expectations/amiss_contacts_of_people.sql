-- One row per person whose contact points are not those that are told of them, each once.

with contacts_found as (

    select
        person_id,
        contact_id,
        true as is_point

    from contacts

    union all

    select
        person_id,
        unnest(contact_ids) as contact_id,
        false as is_point

    from people

)

select distinct person_id

from (

    select person_id

    from contacts_found

    group by
        person_id,
        contact_id

    having not bool_or(is_point) or count(*) filter (where not is_point) <> 1

) as differing
