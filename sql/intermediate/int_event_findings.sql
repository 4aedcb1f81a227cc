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
        min(access_rank) as access_rank,
        max(reach_rank) as reach_rank,
        min(case when is_exact then 1 else 0 end) = 1 as is_exact,
        array_sort(collect_set(dataset)) as datasets

    from reads

    group by event_number

),

reasons as (

    select
        reads.event_number,
        min(reads.grade_reason) as grade_reason

    from reads
    inner join best on best.event_number = reads.event_number and best.grade_rank = reads.grade_rank

    group by reads.event_number

)

select
    best.event_number,
    best.grade_rank,
    reasons.grade_reason,
    best.access_rank,
    best.reach_rank,
    best.is_exact,
    best.datasets

from best
inner join reasons on reasons.event_number = best.event_number
