-- One row per kind of question × log or dataset that missing evidence raises.
-- Semantics, section 7: without complete coverage the answer is "undetermined", never "not affected".

with

intervals as (

    select * from int_interval_reaches

),

people as (

    select
        intervals.grade_reason,
        intervals.dataset,
        count(distinct components.component_number) as people_count

    from int_record_intervals as intervals
    inner join landed_records as records on records.record_number = intervals.record_number
    inner join int_delivered_fields as delivered
        on delivered.dataset = records.dataset
        and delivered.shape = records.shape
        and delivered.projection = coalesce(intervals.projection, '')
    inner join int_linked_records as record_subjects
        on record_subjects.record_number = intervals.record_number and record_subjects.subject = delivered.subject
    inner join int_subject_components as components
        on components.subject_number = record_subjects.subject_number

    group by intervals.grade_reason, intervals.dataset

),

counted as (

    select
        grade_reason,
        dataset,
        count(*) as item_count

    from intervals

    where grade_reason = 'log_gap'

    group by grade_reason, dataset

    union all

    select
        'unlogged_copy' as grade_reason,
        dataset,
        count(*) as item_count

    from landed_copies

    group by dataset

),

logged as (

    select distinct dataset from landed_log_datasets

)

select
    counted.grade_reason as kind,
    counted.dataset as about,
    counted.item_count,
    coalesce(people.people_count, 0) as people_count

from counted
left join people on people.grade_reason = counted.grade_reason and people.dataset = counted.dataset

union all

select
    'coverage_undeclared' as kind,
    log as about,
    count(*) as item_count,
    0 as people_count

from coverage

where status = 'undeclared'

group by log

union all

select
    'dataset_without_log' as kind,
    datasets.dataset as about,
    1 as item_count,
    0 as people_count

from landed_datasets as datasets
left join logged on logged.dataset = datasets.dataset

where logged.dataset is null

union all

select
    kind,
    about,
    item_count,
    people_count

from int_questions_of_logs
