-- One row per thing that was read and reached nobody: a key with no record, a resource no dataset claims.
-- Never zero in silence (semantics, section 5). What was asked for is found by file and line; a key is published only
-- where it cannot be somebody's address.

with

incident as (

    select * from landed_incident

),

verdicts as (

    select * from int_event_verdicts

    where verdict in ('unclaimed', 'reached_nobody', 'reached', 'key_read')

),

events as (

    select
        event_number,
        file,
        line

    from stg_events

),

datasets as (

    select
        dataset,
        is_key_personal

    from landed_datasets

),

named as (

    select distinct
        event_number,
        reach_number

    from int_named_records

),

reached as (

    select distinct
        event_number,
        reach_number

    from int_reached_records

),

unresolved as (

    select distinct
        reaches.event_number,
        reaches.dataset,
        reaches.reach_kind,
        reaches.record_key,
        case
            when named.event_number is not null then 'no_record_at_that_instant'
            when reaches.reach_kind = 'key' then 'no_such_record'
            else 'no_record_matches'
        end as reason

    from landed_reaches as reaches
    left join named on named.event_number = reaches.event_number and named.reach_number = reaches.reach_number
    left join reached on reached.event_number = reaches.event_number and reached.reach_number = reaches.reach_number

    where reaches.dataset is not null and not reaches.is_other_content and reached.event_number is null

    union all

    select
        event_number,
        cast(null as varchar) as dataset,
        cast(null as varchar) as reach_kind,
        cast(null as varchar) as record_key,
        'no_dataset_claims_the_resource' as reason

    from verdicts

    where verdict = 'unclaimed'

)

select
    incident.incident_id,
    verdicts.event_id,
    verdicts.log,
    events.file,
    events.line,
    verdicts.occurred_at,
    verdicts.attribution,
    unresolved.dataset,
    unresolved.reach_kind,
    case
        when unresolved.record_key like '%@%' or length(unresolved.record_key) > 64 then null
        when datasets.is_key_personal
            then 'k' || substr(
                sha2(
                    incident.person_key
                    || sha2(incident.person_key || unresolved.dataset || '|' || unresolved.record_key, 256), 256
                ), 1, 20
            )
        else unresolved.record_key
    end as record_key,
    unresolved.reason

from unresolved
cross join incident
inner join verdicts on verdicts.event_number = unresolved.event_number
inner join events on events.event_number = unresolved.event_number
left join datasets on datasets.dataset = unresolved.dataset
