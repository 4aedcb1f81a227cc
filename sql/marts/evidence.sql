-- One row per set of evidence × event or interval in it: what it delivered, how sure, and why.
-- `exposed_records` names a record's set; `accesses` has the events' files and lines.

with

incident as (

    select incident_id from landed_incident

),

evidence as (

    select * from int_evidence

),

sets as (

    select * from int_evidence_sets

),

shown as (

    select distinct
        sets.evidence_id,
        evidence.event_number,
        evidence.access_rank,
        evidence.grade_rank,
        evidence.grade_reason,
        evidence.first_at,
        evidence.last_at,
        evidence.delivery_number

    from evidence
    inner join sets on sets.subject_number = evidence.subject_number and sets.owner_number = evidence.owner_number

),

alike as (

    select * from int_alike_events

),

names as (

    select * from int_event_names

)

select distinct
    incident.incident_id,
    shown.evidence_id,
    names.event_id,
    grades.grade,
    shown.grade_reason,
    accesses.access,
    coalesce(alike.occurred_at, shown.first_at) as first_exposed_at,
    coalesce(alike.occurred_at, shown.last_at) as last_exposed_at,
    deliveries.delivered_columns

from shown
cross join incident
inner join int_deliveries as deliveries on deliveries.delivery_number = shown.delivery_number
inner join stg_grades as grades on grades.grade_rank = shown.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = shown.access_rank
left join alike on alike.standing_number = shown.event_number
left join names on names.event_number = alike.event_number
