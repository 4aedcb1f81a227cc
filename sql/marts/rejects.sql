-- One row per unreadable input line: where it is and why, never what it says.

with

incident as (

    select incident_id from landed_incident

),

rejects as (

    select * from landed_rejects

)

select
    incident.incident_id,
    rejects.source_kind,
    rejects.source,
    rejects.file,
    rejects.line,
    rejects.reason

from rejects
cross join incident
