-- One row per exposed person × owner: how many of their records were exposed, through which datasets and processors.
-- Most come through one dataset, so that lists are put together only for those who came through several.

with

records as (

    select distinct
        exposed.component_number,
        exposed.owner_number,
        published.first_record_number,
        published.dataset

    from int_exposed_subjects as exposed
    inner join int_published_subjects as published on published.subject_number = exposed.subject_number

),

extents as (

    select
        component_number,
        owner_number,
        count(*) as record_count,
        min(dataset) as first_dataset,
        max(dataset) as last_dataset

    from records

    group by component_number, owner_number

),

singles as (

    select
        dataset,
        array_sort(collect_set(dataset)) as datasets,
        array_sort(collect_set(processor)) as processors

    from landed_datasets

    group by dataset

),

several as (

    select
        records.component_number,
        records.owner_number,
        array_sort(collect_set(records.dataset)) as datasets,
        array_sort(collect_set(named.processor)) as processors

    from extents
    inner join records
        on records.component_number = extents.component_number and records.owner_number = extents.owner_number
    inner join landed_datasets as named on named.dataset = records.dataset

    where extents.first_dataset < extents.last_dataset

    group by records.component_number, records.owner_number

)

select
    extents.component_number,
    extents.owner_number,
    extents.record_count,
    coalesce(several.datasets, singles.datasets) as datasets,
    coalesce(several.processors, singles.processors) as processors

from extents
inner join singles on singles.dataset = extents.first_dataset
left join several
    on several.component_number = extents.component_number and several.owner_number = extents.owner_number
