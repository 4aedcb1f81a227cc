-- One row per exposed subject × owner × event or interval that delivered any of its values.
-- The way back from a finding to the line that shows it; of reads that are alike, the one that stands for them.
-- `evidence_key` is equal where two records were delivered alike: by the same event, in the same columns, as surely, at
-- the same of two readings of its time.

with

found as (

    select * from int_found_deliveries

),

deliveries as (

    select * from int_deliveries

),

exposed as (

    select
        subject_number,
        owner_number

    from int_exposed_subjects

),

events as (

    select
        names.event_number,
        names.event_id,
        events.earliest_at,
        events.latest_at

    from int_event_names as names
    inner join stg_events as events on events.event_number = names.event_number

),

intervals as (

    select
        dataset,
        grade_reason,
        first_at,
        last_at,
        row_number() over (
            order by dataset nulls last, grade_reason nulls last, first_at nulls last, last_at nulls last
        ) as interval_number

    from (

        select distinct
            dataset,
            grade_reason,
            first_at,
            last_at

        from int_reached_versions

        where event_number is null

    ) as unseen

)

select
    found.subject_number,
    found.owner_number,
    found.event_number,
    found.access_rank,
    found.grade_rank,
    found.grade_reason,
    found.first_at,
    found.last_at,
    found.delivery_number,
    sha2(
        coalesce(events.event_id, cast(intervals.interval_number as varchar))
        || '|' || deliveries.dataset || '|' || deliveries.shape || '|' || deliveries.projection
        || '|' || deliveries.subject
        || '|' || found.grade_reason || '|' || cast(found.grade_rank as varchar)
        || '|' || cast(found.access_rank as varchar)
        || case
            when events.earliest_at = events.latest_at or found.first_at < found.last_at then ''
            when events.earliest_at = found.first_at then '|earlier'
            when events.latest_at = found.first_at then '|later'
            else ''
        end,
        256
    ) as evidence_key

from found
inner join deliveries on deliveries.delivery_number = found.delivery_number
inner join exposed on exposed.subject_number = found.subject_number and exposed.owner_number = found.owner_number
left join events on events.event_number = found.event_number
left join intervals
    on found.event_number is null
    and intervals.dataset = deliveries.dataset
    and intervals.grade_reason = found.grade_reason
    and intervals.first_at = found.first_at
    and intervals.last_at = found.last_at
