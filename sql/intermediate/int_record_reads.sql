-- One row per event × record version × projection: a read, how strong, how sure, and why.
-- Semantics, section 7: confirmed is the intruder's event with exact reach, likely its upper bound, possible what
-- nothing rules out. Of several reasons the alphabetically first stands, so that equal inputs say equal things. That a
-- transfer was cut off no longer makes a reach inexact that takes it into account already (is_bounded).

with

reached as (

    select * from int_reached_records

),

reaches as (

    select
        event_number,
        reach_number,
        reach_kind,
        access as route_access,
        case when not is_exact then inexact_reason end as inexact_reason,
        is_stand_in,
        is_bounded

    from landed_reaches

),

events as (

    select distinct
        event_number,
        attribution,
        access,
        inexact_reason,
        unmapped_reason,
        event_count

    from int_standing_events

    where is_in_window

),

row_counts as (

    select * from int_reach_row_counts

),

byte_counts as (

    select * from int_reach_byte_counts

),

reasoned as (

    select
        reached.event_number,
        reached.reach_number,
        reached.record_number,
        reached.dataset,
        reached.projection,
        coalesce(reaches.route_access, events.access) as access,
        reached.first_at,
        reached.last_at,
        events.event_count,
        events.attribution,
        reaches.is_stand_in,
        least(
            coalesce(reaches.inexact_reason, '~'),
            coalesce(case when reaches.is_bounded then events.unmapped_reason else events.inexact_reason end, '~'),
            coalesce(reached.page_reason, '~'),
            case
                when row_counts.is_every_row_logged and reached.replay_reason in ('cursor', 'unread_predicate') then '~'
                else coalesce(reached.replay_reason, '~')
            end,
            case when not reached.is_time_certain then 'ambiguous_time' else '~' end,
            case
                when row_counts.is_upper_bound and reaches.reach_kind not in ('key', 'page') then 'fewer_rows_logged'
                else '~'
            end,
            case
                when byte_counts.is_upper_bound and reaches.reach_kind in ('range', 'whole') then 'fewer_bytes_logged'
                else '~'
            end
        ) as inexact_reason

    from reached
    inner join events on events.event_number = reached.event_number
    inner join reaches on reaches.event_number = reached.event_number and reaches.reach_number = reached.reach_number
    inner join row_counts on row_counts.event_number = reached.event_number and row_counts.dataset = reached.dataset
    left join byte_counts
        on byte_counts.event_number = reached.event_number and byte_counts.dataset = reached.dataset

)

select
    event_number,
    reach_number,
    record_number,
    dataset,
    projection,
    access,
    case when access = 'exported' then 1 else 2 end as access_rank,
    case
        when is_stand_in or attribution = 'unattributed' then 3
        when inexact_reason <> '~' then 2
        else 1
    end as grade_rank,
    case
        when attribution = 'unattributed' then 'unattributed'
        when is_stand_in then 'stand_in'
        when inexact_reason <> '~' then inexact_reason
        else 'exact_reach'
    end as grade_reason,
    inexact_reason = '~' as is_exact,
    first_at,
    last_at,
    event_count

from reasoned
