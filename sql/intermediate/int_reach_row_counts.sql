-- One row per event × dataset it reached: how many records were derived, and what the log's own number says of them.
-- Semantics, section 5: where the log states how many rows it returned, compare. Each dataset is held against the
-- stated number alone, so that one more dataset behind a resource never makes another's records less sure (law 5). A
-- replayed statement with joins, groups or a limit says itself how many rows it gave. Where one record is one row, and
-- the log states as many rows as there can have been at most, each of them was delivered.

with

reached as (

    select distinct
        event_number,
        dataset,
        record_key

    from int_reached_records

),

derived as (

    select
        event_number,
        dataset,
        count(*) as derived_record_count

    from reached

    group by event_number, dataset

),

alike as (

    select * from int_alike_events

),

reach_counts as (

    select
        event_number,
        count(*) as reach_count

    from landed_reaches

    group by event_number

),

replayed as (

    select
        reaches.event_number,
        reaches.dataset,
        max(reach_counts.reach_count) as reach_count,
        max(replays.row_count) as row_count,
        bool_and(replays.is_record_a_row) as is_record_a_row

    from landed_replays
    inner join landed_reaches as reaches
        on reaches.event_number = landed_replays.event_number and reaches.reach_number = landed_replays.reach_number
    inner join reach_counts on reach_counts.event_number = landed_replays.event_number
    inner join int_candidate_events as candidates on candidates.event_number = landed_replays.event_number
    inner join replays
        on replays.plan_number = landed_replays.plan_number and replays.occurred_at = candidates.occurred_at

    group by reaches.event_number, reaches.dataset

),

compared as (

    select
        derived.event_number,
        derived.dataset,
        coalesce(replayed.row_count, derived.derived_record_count) as derived_record_count,
        replayed.row_count is not null as is_counted_by_replay,
        replayed.row_count is null and replayed.reach_count = 1 and replayed.is_record_a_row as is_record_a_row

    from derived
    left join replayed on replayed.event_number = derived.event_number and replayed.dataset = derived.dataset

)

select
    alike.event_number,
    compared.dataset,
    compared.derived_record_count,
    compared.is_counted_by_replay,
    coalesce(events.row_count < compared.derived_record_count, false) as is_upper_bound,
    coalesce(
        compared.is_record_a_row and events.row_count = compared.derived_record_count, false
    ) as is_every_row_logged

from compared
inner join alike on alike.standing_number = compared.event_number
inner join int_event_contents as events on events.event_number = alike.event_number
