-- One row per person × brand × controller: who is to be told, by whom, about what.

with

incident as (

    select incident_id from landed_incident

),

people as (

    select * from int_people

),

exposed as (

    select * from int_exposure_rows

),

contents as (

    select * from int_exposure_contents

),

residences as (

    select * from int_residences

),

known as (

    select distinct person_records.component_number

    from int_person_records as person_records
    inner join landed_datasets as datasets on datasets.dataset = person_records.dataset

    where datasets.role = 'crm'

)

select
    incident.incident_id,
    people.person_id,
    exposed.brand,
    exposed.controller,
    grades.grade,
    exposed.is_mixed_grade,
    exposed.grade_reason,
    accesses.access,
    array_sort(contents.fields) as fields,
    array_sort(contents.protected_fields) as protected_fields,
    array_sort(contents.states) as states,
    contents.has_payment_data,
    exposed.first_at as first_exposed_at,
    exposed.last_at as last_exposed_at,
    exposed.event_count,
    contents.record_count,
    array_sort(contents.datasets) as datasets,
    array_sort(contents.processors) as processors,
    known.component_number is not null as has_crm_record,
    residences.residence

from exposed
cross join incident
inner join people on people.component_number = exposed.component_number
inner join contents
    on contents.component_number = exposed.component_number
    and contents.brand = exposed.brand
    and contents.controller = exposed.controller
inner join stg_grades as grades on grades.grade_rank = exposed.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = exposed.access_rank
left join known on known.component_number = exposed.component_number
left join residences
    on residences.component_number = exposed.component_number
    and residences.brand = exposed.brand
    and residences.controller = exposed.controller
