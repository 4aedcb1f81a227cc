-- One row per kind of question × log that its events raise.
-- Semantics, sections 2 to 5: reads outside the window, events of two masters, two readings of one stamp, unmapped
-- words, and counts that do not agree.

with

verdicts as (

    select * from int_event_verdicts

),

considered as (

    select
        verdicts.event_number,
        verdicts.log,
        verdicts.verdict,
        lines.action,
        lines.outcome,
        lines.time_reading,
        lines.has_unreadable_amount

    from verdicts
    inner join landed_events as lines on lines.event_number = verdicts.event_number

    where verdicts.verdict not in ('outside_window', 'trusted', 'unattributed')

),

mismatches as (

    select 'row_count_mismatch' as kind, event_number from int_event_row_counts where is_mismatch

    union all

    select 'byte_count_mismatch' as kind, event_number from int_event_byte_counts where is_mismatch

),

questioned as (

    select
        'intruder_outside_window' as kind,
        verdicts.log,
        verdicts.event_number

    from verdicts
    cross join landed_incident as incident

    where
        verdicts.verdict = 'outside_window'
        and verdicts.attribution = 'intruder'
        and incident.has_intruder_selectors

    union all

    select
        'intruder_and_trusted' as kind,
        log,
        event_number

    from verdicts

    where is_also_trusted and is_in_window

    union all

    select
        'unreadable_address' as kind,
        verdicts.log,
        verdicts.event_number

    from verdicts
    inner join landed_events as lines on lines.event_number = verdicts.event_number

    where verdicts.is_in_window and verdicts.attribution = 'unattributed' and lines.has_unreadable_address

    union all

    select
        'ambiguous_time' as kind,
        log,
        event_number

    from considered

    where time_reading <> 'exact' and verdict in ('reached', 'key_read', 'reached_nobody')

    union all

    select 'unknown_action' as kind, log, event_number from considered where action = 'unknown'

    union all

    select 'unknown_outcome' as kind, log, event_number from considered where outcome = 'unknown'

    union all

    select 'unreadable_amount' as kind, log, event_number from considered where has_unreadable_amount

    union all

    select
        mismatches.kind,
        considered.log,
        considered.event_number

    from considered
    inner join mismatches on mismatches.event_number = considered.event_number

    where considered.verdict = 'reached'

),

people as (

    select * from int_event_people

),

alike as (

    select * from int_alike_events

)

select
    questioned.kind,
    questioned.log as about,
    count(distinct questioned.event_number) as item_count,
    count(distinct people.component_number) as people_count

from questioned
left join alike on alike.event_number = questioned.event_number
left join people on people.event_number = alike.standing_number

group by questioned.kind, questioned.log
