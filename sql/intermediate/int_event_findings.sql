-- One row per event in the window that reached a record or a key: its best grade, its reason, how exact it was.
-- A read of a record and the read of a key are both accesses; one event may be both.

with

kinds_of_reads as (

    select distinct
        reads.event_number,
        reads.dataset,
        reads.access_rank,
        reads.grade_rank,
        reads.grade_reason,
        reads.is_exact,
        case reaches.reach_kind
            when 'whole' then 6 when 'range' then 5 when 'page' then 4 when 'statement' then 3 when 'column' then 2
            else 1
        end as reach_rank

    from int_record_reads as reads
    inner join landed_reaches as reaches
        on reaches.event_number = reads.event_number and reaches.reach_number = reads.reach_number

),

reads as (

    select
        alike.event_number,
        kinds.dataset,
        kinds.access_rank,
        kinds.grade_rank,
        kinds.grade_reason,
        kinds.is_exact,
        kinds.reach_rank

    from kinds_of_reads as kinds
    inner join int_alike_events as alike on alike.standing_number = kinds.event_number

    union all

    select
        event_number,
        dataset,
        access_rank,
        grade_rank,
        grade_reason,
        is_exact,
        cast(null as integer) as reach_rank

    from int_graded_key_reads

),

best as (

    select
        event_number,
        min(grade_rank) as grade_rank,
        -- A rank is one figure, so that the first of these texts ends with the first reason of the best grade.
        substring(min(cast(grade_rank as varchar) || grade_reason), 2) as grade_reason,
        min(access_rank) as access_rank,
        max(reach_rank) as reach_rank,
        min(case when is_exact then 1 else 0 end) = 1 as is_exact,
        min(dataset) as first_dataset,
        max(dataset) as last_dataset

    from reads

    group by event_number

),

datasets_of_one as (

    select
        first_dataset as dataset,
        array_sort(collect_set(first_dataset)) as datasets

    from best

    group by first_dataset

),

datasets_of_several as (

    select
        reads.event_number,
        array_sort(collect_set(reads.dataset)) as datasets

    from best
    inner join reads on reads.event_number = best.event_number

    where best.first_dataset < best.last_dataset

    group by reads.event_number

)

select
    best.event_number,
    best.grade_rank,
    best.grade_reason,
    best.access_rank,
    best.reach_rank,
    best.is_exact,
    coalesce(datasets_of_several.datasets, datasets_of_one.datasets) as datasets

from best
inner join datasets_of_one on datasets_of_one.dataset = best.first_dataset
left join datasets_of_several on datasets_of_several.event_number = best.event_number
