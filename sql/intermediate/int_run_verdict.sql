-- One row per run: what may be said in one sentence.
-- Semantics, section 7: complete coverage and no read is a proof of zero; without it the verdict is "undetermined",
-- never "not affected".

with

exposures_by_grade as (

    select
        count(*) as exposure_count,
        sum(case when grade in ('confirmed', 'likely') then 1 else 0 end) as read_count

    from exposures

),

questions as (

    select count(*) as question_count from open_questions

),

uncovered as (

    select count(*) as uncovered_count

    from landed_datasets as datasets
    left join int_dataset_coverage as dataset_coverage on dataset_coverage.dataset = datasets.dataset

    where coalesce(dataset_coverage.complete_log_count, 0) = 0

)

select
    case
        when exposures_by_grade.read_count > 0 then 'customer_data_read'
        when exposures_by_grade.exposure_count = 0
            and questions.question_count = 0
            and uncovered.uncovered_count = 0
            then 'no_customer_data_read'
        else 'undetermined'
    end as verdict

from exposures_by_grade
cross join questions
cross join uncovered
