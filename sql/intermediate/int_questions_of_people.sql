-- One row per kind of question that the people themselves raise.
-- Semantics, section 8: who was kept apart, whose address is nobody's, and who cannot be reached by their brand.

with

blocked as (

    select * from links where is_blocked

),

shared as (

    select
        identifiers.kind,
        identifiers.value,
        person_records.component_number

    from int_shared_values as shared_values
    inner join landed_identifiers as identifiers
        on identifiers.kind = shared_values.kind and identifiers.value = shared_values.value
    inner join int_person_records as person_records
        on person_records.record_number = identifiers.record_number
        and person_records.subject = identifiers.subject

),

reachable as (

    select distinct
        component_number,
        owner_number

    from int_contact_points

),

unreachable as (

    select exposed.component_number

    from int_exposure_rows as exposed
    left join reachable
        on reachable.component_number = exposed.component_number
        and reachable.owner_number = exposed.owner_number

    where reachable.component_number is null

),

unbranded as (

    select * from exposed_records where brand = 'unknown'

)

select
    'contradiction' as kind,
    '' as about,
    count(*) as item_count,
    count(distinct person_id) as people_count

from blocked

having count(*) > 0

union all

select
    'shared_value' as kind,
    '' as about,
    count(distinct kind || '|' || value) as item_count,
    count(distinct component_number) as people_count

from shared

having count(*) > 0

union all

select
    'no_contact' as kind,
    '' as about,
    count(*) as item_count,
    count(distinct component_number) as people_count

from unreachable

having count(*) > 0

union all

select
    'brand_unknown' as kind,
    dataset as about,
    count(*) as item_count,
    count(distinct person_id) as people_count

from unbranded

group by dataset
