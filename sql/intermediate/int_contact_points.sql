-- One row per exposed person × brand × controller × contact point.
-- From all of the person's records under that brand and controller, reached or not, and from nothing else: each brand
-- sees its own customers (semantics, section 10). An address that identifies nobody can still be written to.

with

person_records as (

    select * from int_person_records

),

exposed as (

    select distinct
        component_number,
        owner_number

    from int_exposed_subjects

),

identifiers as (

    select
        record_number,
        subject,
        kind,
        coalesce(value, contact_value) as matching_value,
        contact_value

    from landed_identifiers

    where kind in ('email', 'phone', 'postal_address')

),

contact_points as (

    select
        person_records.component_number,
        person_records.owner_number,
        identifiers.kind,
        identifiers.matching_value,
        min(identifiers.contact_value) as contact_value

    from person_records
    inner join exposed
        on exposed.component_number = person_records.component_number
        and exposed.owner_number = person_records.owner_number
    inner join identifiers
        on identifiers.record_number = person_records.record_number
        and identifiers.subject = person_records.subject

    group by
        person_records.component_number,
        person_records.owner_number,
        identifiers.kind,
        identifiers.matching_value

)

select
    contact_points.component_number,
    contact_points.owner_number,
    'c' || substr(
        sha2(
            incident.person_key
            || sha2(incident.person_key || contact_points.kind || '|' || contact_points.matching_value, 256), 256
        ), 1, 20
    ) as contact_id,
    contact_points.kind,
    contact_points.contact_value

from contact_points
cross join landed_incident as incident
