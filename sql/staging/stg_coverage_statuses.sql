-- One row per status of a stretch of a log: is it a gap, is it shown by the log itself, which of several stands.
-- A gap is a stretch in which lines are known to be missing (semantics, section 7). A log that samples, is throttled,
-- has no data events or is delivered late shows less than all, but nobody knows of a line it lost: neither a gap nor a
-- proof.

select
    status,
    status_rank,
    is_gap,
    is_shown

from (
    values
    ('deleted', 1, true, false),
    ('rolled_over', 2, true, false),
    ('not_collected', 3, true, false),
    ('not_enabled', 4, true, false),
    ('stopped', 5, true, true),
    ('lines_missing', 6, true, true),
    ('no_data_events', 7, false, true),
    ('sampled', 8, false, true),
    ('throttled', 9, false, true),
    ('late', 10, false, true),
    ('complete', 11, false, false),
    ('undeclared', 12, false, false)
) as statuses (status, status_rank, is_gap, is_shown)
