-- One row per exposed record that is surer, earlier or more often exposed than its evidence shows; and one per set of
-- evidence that stands behind no record.

with shown as (

    select
        evidence_id,
        count(*) as row_count,
        min(case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end) as best_rank,
        min(first_exposed_at) as first_exposed_at,
        case when count(event_id) > 0 then 1 else 0 end as least_event_count

    from evidence

    group by evidence_id

),

events_of_several as (

    select
        evidence.evidence_id,
        count(distinct evidence.event_id) as event_count

    from evidence
    semi join shown on shown.row_count > 1 and shown.evidence_id = evidence.evidence_id

    group by evidence.evidence_id

),

compared as (

    select
        told.dataset,
        told.record_key,
        told.subject,
        told.brand,
        told.controller,
        coalesce(told.evidence_id, shown.evidence_id) as evidence_id,
        told.is_record is null as is_no_record,
        told.is_record
        and (
            shown.row_count is null
            or case told.grade when 'confirmed' then 1 when 'likely' then 2 else 3 end < shown.best_rank
            or told.first_exposed_at < shown.first_exposed_at
            or told.event_count > coalesce(several.event_count, shown.least_event_count)
        ) as is_shown_otherwise

    from (select *, true as is_record from exposed_records) as told
    full outer join shown on shown.evidence_id = told.evidence_id
    left join events_of_several as several on several.evidence_id = told.evidence_id

)

select *

from compared

where
    is_no_record
    or is_shown_otherwise
