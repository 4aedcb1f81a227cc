-- One row per record × subject × brand × controller that was reached and stands in no exposure: why.
-- Semantics, sections 6 and 11: records reached = exposed + set aside with a reason + unresolved. Only counts of these
-- are ever published: no one ruled out appears anywhere.

with

reached as (

    select distinct
        versions.dataset,
        records.record_key,
        records.brand,
        records.controller,
        records.shape,
        coalesce(versions.projection, '') as projection,
        versions.projection is null as is_whole_record

    from int_reached_versions as versions
    inner join landed_records as records on records.record_number = versions.record_number

),

subjects as (

    select
        dataset,
        record_key,
        subject

    from int_subjects

),

projections as (

    select distinct
        reached.dataset,
        reached.projection,
        columns_of_datasets.subject

    from reached
    inner join landed_columns as columns_of_datasets on columns_of_datasets.dataset = reached.dataset

    where
        reached.is_whole_record
        or columns_of_datasets.column_name is null
        or substr(reached.projection, columns_of_datasets.column_number, 1) = 'x'

),

delivered as (

    select distinct
        dataset,
        shape,
        projection,
        subject

    from int_delivered_fields

),

exposed as (

    select distinct
        dataset,
        record_key,
        subject,
        brand,
        controller

    from int_person_findings

),

judged as (

    select
        reached.dataset,
        reached.record_key,
        subjects.subject,
        reached.brand,
        reached.controller,
        min(
            case
                when exposed.dataset is not null then 1
                when delivered.dataset is not null then 2
                when projections.dataset is not null then 3
                else 4
            end
        ) as reason_rank

    from reached
    inner join subjects on subjects.dataset = reached.dataset and subjects.record_key = reached.record_key
    left join exposed
        on exposed.dataset = reached.dataset
        and exposed.record_key = reached.record_key
        and exposed.subject = subjects.subject
        and exposed.brand = reached.brand
        and exposed.controller = reached.controller
    left join delivered
        on delivered.dataset = reached.dataset
        and delivered.shape = reached.shape
        and delivered.projection = reached.projection
        and delivered.subject = subjects.subject
    left join projections
        on projections.dataset = reached.dataset
        and projections.projection = reached.projection
        and projections.subject = subjects.subject

    group by reached.dataset, reached.record_key, subjects.subject, reached.brand, reached.controller

)

select
    dataset,
    record_key,
    subject,
    brand,
    controller,
    case reason_rank when 2 then 'masked_only' when 3 then 'no_value' else 'no_personal_field' end as reason

from judged

where reason_rank > 1
