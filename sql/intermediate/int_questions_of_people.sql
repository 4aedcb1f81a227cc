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
        person_records.person_id

    from int_person_records as person_records
    inner join int_linked_identifiers as identifiers
        on identifiers.record_number = person_records.record_number
        and identifiers.subject = person_records.subject
    inner join int_shared_values as shared_values
        on shared_values.kind = identifiers.kind and shared_values.value = identifiers.value

),

reachable as (

    select distinct
        person_id,
        brand,
        controller

    from contacts

),

unreachable as (

    select
        exposures.person_id,
        exposures.brand

    from exposures
    left join reachable
        on reachable.person_id = exposures.person_id
        and reachable.brand = exposures.brand
        and reachable.controller = exposures.controller

    where reachable.person_id is null

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
    count(distinct person_id) as people_count

from shared

having count(*) > 0

union all

select
    'no_contact' as kind,
    '' as about,
    count(*) as item_count,
    count(distinct person_id) as people_count

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
