-- One row per kind of question × log that its statements raise.
-- Semantics, section 5: a statement that cannot be read, or was cut off, reaches whatever it mentions; somebody should
-- read it.

with

verdicts as (

    select
        event_number,
        log

    from int_event_verdicts

    where verdict in ('reached', 'reached_nobody', 'unclaimed')

),

people as (

    select * from int_event_people

)

select
    'unreadable_statement' as kind,
    verdicts.log as about,
    count(distinct verdicts.event_number) as item_count,
    count(distinct people.component_number) as people_count

from verdicts
inner join landed_statements as statements on statements.event_number = verdicts.event_number
left join people on people.event_number = verdicts.event_number

where statements.is_unreadable

group by verdicts.log
