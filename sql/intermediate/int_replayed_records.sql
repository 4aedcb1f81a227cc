-- One row per reach × instant × record version that a replayed statement delivered, or may have delivered.
-- Semantics, section 5: a full predicate of a logged statement, evaluated on the dataset as it was at that instant.
-- What a replay cannot tell is in with a reason.

select
    replayed.event_number,
    replayed.reach_number,
    found.record_number,
    reaches.dataset,
    records.record_key,
    reaches.projection,
    candidates.occurred_at as first_at,
    candidates.occurred_at as last_at,
    candidates.reading_count,
    found.reason as replay_reason

from landed_replays as replayed
inner join landed_reaches as reaches
    on reaches.event_number = replayed.event_number and reaches.reach_number = replayed.reach_number
inner join int_candidate_events as candidates on candidates.event_number = replayed.event_number
inner join replays on replays.plan_number = replayed.plan_number and replays.occurred_at = candidates.occurred_at
inner join replayed_records as found on found.replay_number = replays.replay_number
inner join landed_records as records on records.record_number = found.record_number

where records.valid_from <= candidates.occurred_at and candidates.occurred_at < records.valid_to
