-- One row per thing that was read and reached nobody: a key with no record, a resource no dataset claims.
-- Never zero in silence (semantics, section 5). What was asked for is found by file and line; a key is published only
-- where it cannot be somebody's address.

with

incident as (

    select * from landed_incident

),

verdicts as (

    select * from int_event_verdicts

),

events as (

    select
        event_number,
        file,
        line

    from landed_events

),

datasets as (

    select
        dataset,
        is_key_personal

    from landed_datasets

),

reaches as (

    select * from int_unresolved_reaches

)

select
    incident.incident_id,
    names.event_id,
    verdicts.log,
    events.file,
    events.line,
    verdicts.occurred_at,
    verdicts.attribution,
    reaches.dataset,
    reaches.reach_kind,
    case
        when reaches.record_key like '%@%' or length(reaches.record_key) > 64 then null
        when datasets.is_key_personal
            then 'k' || substr(
                sha2(
                    incident.person_key
                    || sha2(incident.person_key || reaches.dataset || '|' || reaches.record_key, 256), 256
                ), 1, 20
            )
        else reaches.record_key
    end as record_key,
    reaches.reason

from reaches
cross join incident
inner join verdicts on verdicts.event_number = reaches.event_number
left join int_event_names as names on names.event_number = verdicts.event_number
inner join events on events.event_number = reaches.event_number
left join datasets on datasets.dataset = reaches.dataset
