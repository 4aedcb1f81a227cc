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

alike as (

    select * from int_alike_events

),

events as (

    select
        event_number,
        event_id

    from stg_events

)

select distinct
    incident.incident_id,
    sets.evidence_id,
    events.event_id,
    grades.grade,
    evidence.grade_reason,
    accesses.access,
    coalesce(alike.occurred_at, evidence.first_at) as first_exposed_at,
    coalesce(alike.occurred_at, evidence.last_at) as last_exposed_at,
    evidence.delivered_columns

from evidence
cross join incident
inner join sets on sets.subject_number = evidence.subject_number and sets.owner_number = evidence.owner_number
inner join stg_grades as grades on grades.grade_rank = evidence.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = evidence.access_rank
left join alike on alike.standing_number = evidence.event_number
left join events on events.event_number = alike.event_number
