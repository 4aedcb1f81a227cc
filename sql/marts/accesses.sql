-- One row per event that reached customer data, or the key to it: the evidence.

with

incident as (

    select incident_id from landed_incident

),

verdicts as (

    select * from int_event_verdicts

    where verdict in ('reached', 'key_read')

),

events as (

    select
        event_number,
        file,
        line,
        time_reading,
        row_count,
        byte_count

    from landed_events

),

findings as (

    select * from int_event_findings

)

select
    incident.incident_id,
    names.event_id,
    verdicts.log,
    events.file,
    events.line,
    verdicts.occurred_at,
    events.time_reading,
    verdicts.attribution,
    verdicts.verdict,
    accesses.access,
    case findings.reach_rank
        when 6 then 'whole' when 5 then 'range' when 4 then 'page' when 3 then 'statement' when 2 then 'column'
        when 1 then 'key'
    end as reach_kind,
    findings.datasets,
    findings.is_exact,
    grades.grade,
    findings.grade_reason,
    events.row_count as logged_row_count,
    coalesce(row_counts.derived_record_count, 0) as derived_record_count,
    events.byte_count as logged_byte_count,
    byte_counts.derived_byte_count

from verdicts
cross join incident
left join int_event_names as names on names.event_number = verdicts.event_number
inner join events on events.event_number = verdicts.event_number
inner join findings on findings.event_number = verdicts.event_number
inner join stg_grades as grades on grades.grade_rank = findings.grade_rank
inner join stg_accesses as accesses on accesses.access_rank = findings.access_rank
left join int_event_row_counts as row_counts on row_counts.event_number = verdicts.event_number
left join int_event_byte_counts as byte_counts on byte_counts.event_number = verdicts.event_number
