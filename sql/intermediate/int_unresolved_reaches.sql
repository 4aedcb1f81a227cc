-- One row per event × thing it read that reached nobody: why.
-- What stands unanswered of an event is unanswered of all it stands for; a resource no dataset claims and a statement
-- nobody can read are kept, too (semantics, section 5).

with

unclaimed as (

    select event_number from int_event_verdicts where verdict = 'unclaimed'

)

select distinct
    alike.event_number,
    reaches.dataset,
    reaches.reach_kind,
    reaches.record_key,
    reaches.reason

from int_unanswered_reaches as reaches
inner join int_alike_events as alike on alike.standing_number = reaches.event_number

union all

select
    unclaimed.event_number,
    cast(null as varchar) as dataset,
    cast(null as varchar) as reach_kind,
    cast(null as varchar) as record_key,
    case
        when statements.event_number is not null then 'unreadable_statement'
        else 'no_dataset_claims_the_resource'
    end as reason

from unclaimed
left join landed_statements as statements
    on statements.event_number = unclaimed.event_number and statements.is_unreadable
