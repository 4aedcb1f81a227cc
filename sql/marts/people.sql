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
        array_sort(collect_set(owners.brand)) as brands

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

records as (

    select
        component_number,
        count(*) as record_count

    from (

        select distinct
            exposed.component_number,
            published.first_record_number

        from int_exposed_subjects as exposed
        inner join int_published_subjects as published on published.subject_number = exposed.subject_number

    ) as exposed_records

    group by component_number

),

contacts as (

    select
        people.component_number,
        array_sort(collect_set(contact_points.contact_id)) as contact_ids

    from people
    left join int_contact_points as contact_points on contact_points.component_number = people.component_number

    group by people.component_number

)

select
    incident.incident_id,
    people.person_id,
    grades.grade,
    brands.brand_count,
    brands.brands,
    readable.fields,
    protected.fields as protected_fields,
    records.record_count,
    contacts.contact_ids,
    instants.first_at as first_exposed_at,
    instants.last_at as last_exposed_at

from people
cross join incident
inner join brands on brands.component_number = people.component_number
inner join instants on instants.component_number = people.component_number
inner join int_person_bits as bits on bits.component_number = people.component_number
inner join int_field_sets as readable on readable.low_bits = bits.low_bits and readable.high_bits = bits.high_bits
inner join int_field_sets as protected
    on protected.low_bits = bits.protected_low_bits and protected.high_bits = bits.protected_high_bits
inner join records on records.component_number = people.component_number
inner join contacts on contacts.component_number = people.component_number
inner join stg_grades as grades on grades.grade_rank = brands.grade_rank
