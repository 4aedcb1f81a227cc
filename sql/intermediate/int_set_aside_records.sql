-- One row per record × subject × owner that was reached and stands in no exposure: why.
-- Semantics, sections 6 and 11: records reached = exposed + set aside with a reason + unresolved. Only counts of these
-- are ever published: no one ruled out appears anywhere.

with

exposed as (

    select distinct
        subject_number,
        owner_number

    from int_exposed_subjects

),

reached as (

    select distinct
        versions.dataset,
        records.shape,
        coalesce(versions.projection, '') as projection,
        versions.projection is null as is_whole_record,
        record_subjects.subject,
        record_subjects.subject_number,
        record_subjects.owner_number

    from int_reached_versions as versions
    inner join landed_records as records on records.record_number = versions.record_number
    inner join int_linked_records as record_subjects on record_subjects.record_number = versions.record_number
    left join exposed
        on exposed.subject_number = record_subjects.subject_number
        and exposed.owner_number = record_subjects.owner_number

    where exposed.subject_number is null

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
        or substr(reached.projection, columns_of_datasets.column_number, 1) in ('x', 'p')

),

delivered as (

    select * from int_deliveries

),

judged as (

    select
        reached.subject_number,
        reached.owner_number,
        min(
            case
                when delivered.dataset is not null then 1
                when projections.dataset is not null then 2
                else 3
            end
        ) as reason_rank

    from reached
    left join delivered
        on delivered.dataset = reached.dataset
        and delivered.shape = reached.shape
        and delivered.projection = reached.projection
        and delivered.subject = reached.subject
    left join projections
        on projections.dataset = reached.dataset
        and projections.projection = reached.projection
        and projections.subject = reached.subject

    group by reached.subject_number, reached.owner_number

)

select
    subject_number,
    owner_number,
    case reason_rank when 1 then 'masked_only' when 2 then 'no_value' else 'no_personal_field' end as reason

from judged
