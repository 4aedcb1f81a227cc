-- One row per dataset × interval in which it may have been read unseen.
-- Semantics, sections 5 and 7: gaps that only this dataset's logs could have filled, adjacent pieces joined, and
-- copies known to have been made at an unknown instant.

with

gap_pieces as (

    select
        dataset,
        from_at,
        until_at,
        case
            when lag(until_at) over (partition by dataset order by from_at nulls last) = from_at then 0
            else 1
        end as is_first

    from int_dataset_coverage

    where is_gap

),

gaps as (

    select
        dataset,
        from_at,
        until_at,
        sum(is_first) over (
            partition by dataset
            order by from_at nulls last
            rows between unbounded preceding and current row
        ) as gap_number

    from gap_pieces

),

intervals as (

    select
        dataset,
        min(from_at) as from_at,
        max(until_at) as until_at,
        cast(null as varchar) as projection,
        'log_gap' as grade_reason

    from gaps

    group by dataset, gap_number

    union all

    select distinct
        dataset,
        from_at,
        until_at,
        projection,
        'unlogged_copy' as grade_reason

    from landed_copies

)

select
    dataset,
    from_at,
    until_at,
    projection,
    grade_reason

from intervals
