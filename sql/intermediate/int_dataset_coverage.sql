-- One row per dataset × piece of the window: do the logs that show it cover that piece.
-- Semantics, section 7: a gap, declared or shown, touches only the datasets that no other complete log shows.

with

pieces as (

    select * from int_coverage_pieces

),

log_datasets as (

    select distinct
        log,
        dataset

    from landed_log_datasets

)

select
    log_datasets.dataset,
    pieces.from_at,
    pieces.until_at,
    sum(case when pieces.status = 'complete' then 1 else 0 end) as complete_log_count,
    max(case when pieces.status = 'complete' then 1 else 0 end) = 0
    and max(case when pieces.is_gap then 1 else 0 end) = 1 as is_gap

from log_datasets
inner join pieces on pieces.log = log_datasets.log

group by log_datasets.dataset, pieces.from_at, pieces.until_at
