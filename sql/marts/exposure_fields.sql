-- One row per person × brand × controller × field: how sure, in which state, since when.

with

incident as (

    select incident_id from landed_incident

),

-- In the order of people: of what comes nearly in order, sorting takes half.
strands as (

    select
        people.person_id,
        strands.*

    from int_exposed_strands as strands
    inner join int_people as people on people.component_number = strands.component_number

    order by people.person_id nulls last

),

fields as (

    select * from int_bundle_fields

),

sets as (

    select distinct graded_bits from fields

),

best_of_sets as (

    select
        sets.graded_bits,
        graded_states.state_rank,
        min(graded_states.grade_rank) as grade_rank

    from sets
    inner join stg_graded_states as graded_states on (graded_states.graded_bit & sets.graded_bits) <> 0

    group by sets.graded_bits, graded_states.state_rank

),

state_sets as (

    select
        best_of_sets.graded_bits,
        array_sort(collect_set(graded_states.graded_state)) as states

    from best_of_sets
    inner join stg_graded_states as graded_states
        on graded_states.state_rank = best_of_sets.state_rank and graded_states.grade_rank = best_of_sets.grade_rank

    group by best_of_sets.graded_bits

)

select
    incident.incident_id,
    strands.person_id,
    owners.brand,
    owners.controller,
    names.field,
    best_states.state,
    grades.grade,
    strands.grade_reason,
    accesses.access,
    state_sets.states,
    strands.first_at as first_exposed_at,
    strands.last_at as last_exposed_at,
    strands.event_count

from strands
cross join incident
inner join fields on fields.bundle = strands.bundle and fields.strand = strands.strand
inner join stg_owners as owners on owners.owner_number = strands.owner_number
inner join state_sets on state_sets.graded_bits = fields.graded_bits
inner join landed_fields as names on names.field_number = fields.field_number
inner join landed_states as best_states on best_states.state_rank = fields.state_rank
inner join stg_grades as grades on grades.grade_rank = fields.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = strands.access_rank
