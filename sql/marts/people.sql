-- One row per exposed person: the union over brands, with contact points by reference.

with

incident as (

    select incident_id from landed_incident

),

people as (

    select * from int_people

),

brands as (

    select
        exposed.component_number,
        min(exposed.grade_rank) as grade_rank,
        count(distinct owners.brand) as brand_count,
        collect_set(owners.brand) as brands

    from int_exposure_rows as exposed
    inner join stg_owners as owners on owners.owner_number = exposed.owner_number

    group by exposed.component_number

),

instants as (

    select
        brands.component_number,
        min(exposed.first_at) as first_at,
        max(exposed.last_at) as last_at

    from brands
    inner join int_exposure_rows as exposed
        on exposed.component_number = brands.component_number and exposed.grade_rank = brands.grade_rank

    group by brands.component_number

),

fields as (

    select
        component_number,
        field,
        max(case when is_field_readable then 1 else 0 end) as is_readable

    from int_field_states

    group by component_number, field

),

field_sets as (

    select
        component_number,
        collect_set(case when is_readable = 1 then field end) as fields,
        collect_set(case when is_readable = 0 then field end) as protected_fields

    from fields

    group by component_number

),

records as (

    select
        exposed.component_number,
        count(distinct published.first_record_number) as record_count

    from int_exposed_subjects as exposed
    inner join int_published_subjects as published on published.subject_number = exposed.subject_number

    group by exposed.component_number

),

contacts as (

    select
        people.component_number,
        collect_set(contact_points.contact_id) as contact_ids

    from people
    left join int_contact_points as contact_points on contact_points.component_number = people.component_number

    group by people.component_number

)

select
    incident.incident_id,
    people.person_id,
    grades.grade,
    brands.brand_count,
    array_sort(brands.brands) as brands,
    array_sort(field_sets.fields) as fields,
    array_sort(field_sets.protected_fields) as protected_fields,
    records.record_count,
    array_sort(contacts.contact_ids) as contact_ids,
    instants.first_at as first_exposed_at,
    instants.last_at as last_exposed_at

from people
cross join incident
inner join brands on brands.component_number = people.component_number
inner join instants on instants.component_number = people.component_number
inner join field_sets on field_sets.component_number = people.component_number
inner join records on records.component_number = people.component_number
inner join contacts on contacts.component_number = people.component_number
inner join stg_grades as grades on grades.grade_rank = brands.grade_rank
