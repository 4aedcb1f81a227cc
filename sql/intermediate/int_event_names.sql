-- One row per access event that may count: the id it is published by.
-- The same for the same event, however its lines are split over files. Others are counted and never named: of a
-- million lines of a busy log, a thousand may be the intruder's.

select
    contents.event_number,
    substr(sha2(lines.event_key, 256), 1, 16) as event_id

from int_event_contents as contents
inner join landed_events as lines on lines.event_number = contents.event_number
