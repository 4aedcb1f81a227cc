-- One row per person × brand × controller × field: how sure, in which state, since when.

with

incident as (

    select incident_id from landed_incident

),

fields as (

    select * from int_exposed_fields

),

states as (

    select
        field_states.component_number,
        field_states.owner_number,
        field_states.field,
        collect_set(field_states.state || ':' || grades.grade) as states

    from int_field_states as field_states
    inner join stg_grades as grades on grades.grade_rank = field_states.grade_rank

    group by field_states.component_number, field_states.owner_number, field_states.field

)

select
    incident.incident_id,
    people.person_id,
    owners.brand,
    owners.controller,
    fields.field,
    best_states.state,
    grades.grade,
    fields.grade_reason,
    accesses.access,
    array_sort(states.states) as states,
    fields.first_at as first_exposed_at,
    fields.last_at as last_exposed_at,
    fields.event_count

from fields
cross join incident
inner join int_people as people on people.component_number = fields.component_number
inner join stg_owners as owners on owners.owner_number = fields.owner_number
inner join states
    on states.component_number = fields.component_number
    and states.owner_number = fields.owner_number
    and states.field = fields.field
inner join landed_states as best_states on best_states.state_rank = fields.state_rank
inner join stg_grades as grades on grades.grade_rank = fields.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = fields.access_rank
