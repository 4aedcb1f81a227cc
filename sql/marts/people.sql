-- One row per exposed person: the union over brands, with contact points by reference.
-- Sets are made of those alone who are under several brands; whoever is under one has each of its contact points once.

with

incident as (

    select incident_id from landed_incident

),

exposed as (

    select
        component_number,
        min(grade_rank) as grade_rank,
        coalesce(
            min(case when grade_rank = 1 then first_at end),
            min(case when grade_rank = 2 then first_at end),
            min(first_at)
        ) as first_at,
        coalesce(
            max(case when grade_rank = 1 then last_at end),
            max(case when grade_rank = 2 then last_at end),
            max(last_at)
        ) as last_at,
        min(owner_number) as first_owner_number,
        count(*) as owner_count

    from int_exposure_rows

    group by component_number

),

of_several as (

    select component_number from exposed where owner_count > 1

),

brands_of_several as (

    select
        exposed.component_number,
        count(distinct owners.brand) as brand_count,
        array_sort(collect_set(owners.brand)) as brands

    from of_several
    inner join int_exposure_rows as exposed on exposed.component_number = of_several.component_number
    inner join stg_owners as owners on owners.owner_number = exposed.owner_number

    group by exposed.component_number

),

brands_of_one as (

    select
        owner_number,
        array_sort(collect_set(brand)) as brands

    from stg_owners

    group by owner_number

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

contact_points as (

    select
        exposed.component_number,
        contact_points.contact_id

    from exposed
    left join int_contact_points as contact_points on contact_points.component_number = exposed.component_number

    where exposed.owner_count = 1

    union all

    select distinct
        of_several.component_number,
        contact_points.contact_id

    from of_several
    left join int_contact_points as contact_points on contact_points.component_number = of_several.component_number

),

contacts as (

    select
        component_number,
        array_sort(collect_list(contact_id)) as contact_ids

    from contact_points

    group by component_number

)

select
    incident.incident_id,
    people.person_id,
    grades.grade,
    coalesce(brands_of_several.brand_count, 1) as brand_count,
    coalesce(brands_of_several.brands, brands_of_one.brands) as brands,
    readable.fields,
    protected.fields as protected_fields,
    records.record_count,
    contacts.contact_ids,
    exposed.first_at as first_exposed_at,
    exposed.last_at as last_exposed_at

from int_people as people
cross join incident
inner join exposed on exposed.component_number = people.component_number
inner join brands_of_one on brands_of_one.owner_number = exposed.first_owner_number
left join brands_of_several on brands_of_several.component_number = people.component_number
inner join int_person_bits as bits on bits.component_number = people.component_number
inner join int_field_sets as readable on readable.low_bits = bits.low_bits and readable.high_bits = bits.high_bits
inner join int_field_sets as protected
    on protected.low_bits = bits.protected_low_bits and protected.high_bits = bits.protected_high_bits
inner join records on records.component_number = people.component_number
inner join contacts on contacts.component_number = people.component_number
inner join stg_grades as grades on grades.grade_rank = exposed.grade_rank
