-- One row per candidate event: the event that stands for it.
-- Reads of nothing but whole datasets that delivered the same of the same records, equally sure, are counted and not
-- repeated for every record. Alike are reads of one epoch of each dataset, by the same routes and kind of actor, of
-- which the log says the same. An event that names records, or has two readings of its time, stands for itself; any
-- other has one instant, which is written beside it.

with

events as (

    select * from int_candidate_events

),

reaches as (

    select * from landed_reaches

),

singular as (

    select event_number from reaches where reach_kind <> 'whole'

    union

    select event_number from events where reading_count > 1

),

signatures as (

    select
        events.event_number,
        array_sort(collect_set(
            cast(reaches.reach_number as varchar)
            || '|' || coalesce(reaches.dataset, '')
            || '|' || coalesce(cast(epochs.epoch_number as varchar), '')
            || '|' || coalesce(reaches.projection, '*')
            || '|' || coalesce(reaches.access, '')
            || '|' || case when reaches.is_exact then '' else coalesce(reaches.inexact_reason, '') end
            || '|' || case when reaches.is_stand_in then 'stands in' else '' end
            || '|' || case when reaches.is_bounded then 'bounded' else '' end
            || '|' || case when reaches.is_other_content then 'other content' else '' end
            || '|' || case when byte_counts.is_upper_bound then 'fewer bytes' else '' end
        )) as signature

    from events
    inner join reaches on reaches.event_number = events.event_number
    left join int_reach_byte_counts as byte_counts
        on byte_counts.event_number = events.event_number and byte_counts.dataset = reaches.dataset
    left join singular on singular.event_number = events.event_number
    left join int_read_epochs as epochs
        on epochs.event_number = events.event_number and epochs.dataset = reaches.dataset

    where singular.event_number is null

    group by events.event_number

),

alike as (

    -- Not the first in our numbering, which changes with the order of files, but by the events' own names.
    select distinct
        events.event_number,
        events.occurred_at,
        min(named.event_id) over (
            partition by
                signatures.signature,
                events.is_in_window,
                events.attribution,
                events.access,
                events.inexact_reason,
                events.unmapped_reason,
                events.row_count
        ) as standing_id

    from events
    inner join int_event_names as named on named.event_number = events.event_number
    inner join signatures on signatures.event_number = events.event_number

),

standing as (

    select
        named.event_id,
        min(named.event_number) as event_number

    from (select distinct standing_id from alike) as chosen
    inner join int_event_names as named on named.event_id = chosen.standing_id

    group by named.event_id

)

select distinct
    events.event_number,
    coalesce(standing.event_number, events.event_number) as standing_number,
    alike.occurred_at

from events
left join alike on alike.event_number = events.event_number
left join standing on standing.event_id = alike.standing_id
