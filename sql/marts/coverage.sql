-- One row per log × stretch of the window: complete, missing, or neither, as declared or as the log itself shows.
-- With the datasets that only this log would show there, and the log's own first and last event (semantics, section 7).

with

incident as (

    select incident_id from landed_incident

),

pieces as (

    select
        *,
        case
            when
                lag(status) over (partition by log order by from_at nulls last) = status
                and lag(declared_status) over (partition by log order by from_at nulls last) = declared_status
                and lag(is_silent) over (partition by log order by from_at nulls last) = is_silent
                then 0
            else 1
        end as is_first

    from int_coverage_pieces

),

numbered as (

    select
        *,
        sum(is_first) over (
            partition by log
            order by from_at nulls last
            rows between unbounded preceding and current row
        ) as stretch_number

    from pieces

),

stretches as (

    select
        log,
        stretch_number,
        status,
        declared_status,
        basis,
        is_gap,
        is_silent,
        min(from_at) as from_at,
        max(until_at) as until_at

    from numbered

    group by log, stretch_number, status, declared_status, basis, is_gap, is_silent

),

shown as (

    select
        numbered.log,
        numbered.stretch_number,
        array_sort(collect_set(
            case
                when dataset_coverage.complete_log_count = 0
                    or (dataset_coverage.complete_log_count = 1 and numbered.status = 'complete')
                    then dataset_coverage.dataset
            end
        )) as datasets

    from numbered
    left join landed_log_datasets as log_datasets on log_datasets.log = numbered.log
    left join int_dataset_coverage as dataset_coverage
        on dataset_coverage.dataset = log_datasets.dataset and dataset_coverage.from_at = numbered.from_at

    group by numbered.log, numbered.stretch_number

),

events as (

    select
        log,
        occurred_at

    from stg_events

    where is_in_window

),

observed as (

    select
        log,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at

    from events

    group by log

),

counted as (

    select
        stretches.log,
        stretches.stretch_number,
        count(events.occurred_at) as event_count

    from stretches
    left join events
        on events.log = stretches.log
        and events.occurred_at >= stretches.from_at
        and events.occurred_at < stretches.until_at

    group by stretches.log, stretches.stretch_number

)

select
    incident.incident_id,
    stretches.log,
    stretches.from_at,
    stretches.until_at,
    stretches.status,
    stretches.declared_status,
    stretches.basis,
    stretches.is_gap,
    stretches.is_silent,
    shown.datasets,
    observed.first_event_at,
    observed.last_event_at,
    counted.event_count

from stretches
cross join incident
inner join shown on shown.log = stretches.log and shown.stretch_number = stretches.stretch_number
inner join counted on counted.log = stretches.log and counted.stretch_number = stretches.stretch_number
left join observed on observed.log = stretches.log
