-- One row: from when and until when anything of this incident can have been exposed, and since what is merely possible.

with incident as (

    select
        min(window_start_at) as start_at,
        max(window_end_at) as end_at

    from landed_incident

),

copies as (

    select
        min(from_at) as start_at,
        max(until_at) as end_at

    from landed_copies

),

interceptions as (

    select
        least(min(from_at), min(until_at)) as start_at,
        greatest(max(from_at), max(until_at)) as end_at,
        count(*) > 0 as is_intercepted

    from landed_interceptions

)

select
    least(incident.start_at, interceptions.start_at) as start_at,
    greatest(incident.end_at, interceptions.end_at) as end_at,
    least(incident.start_at, copies.start_at, interceptions.start_at) as possible_start_at,
    greatest(incident.end_at, copies.end_at, interceptions.end_at) as possible_end_at,
    interceptions.is_intercepted

from incident
cross join copies
cross join interceptions
