-- One row per delivery: what reads of one projection deliver of records of one shape, of one subject.
-- Few of them describe millions of reads, so that fields are worked out once per delivery and never once per read.
-- `delivered_columns` is what a finding rests on, as field:state:column; being on a list is a field without a column.

with

pairs as (

    select distinct
        dataset,
        shape,
        projection,
        subject

    from int_delivered_fields

),

columns_of_datasets as (

    select * from landed_columns

),

states as (

    select * from landed_states

),

named as (

    select
        pairs.dataset,
        pairs.shape,
        pairs.projection,
        pairs.subject,
        array_sort(collect_set(
            columns_of_datasets.field || ':' || states.state || ':' || coalesce(columns_of_datasets.column_name, '')
        )) as delivered_columns

    from pairs
    inner join columns_of_datasets
        on columns_of_datasets.dataset = pairs.dataset and columns_of_datasets.subject = pairs.subject
    inner join states
        on states.letter = case
            when
                substr(pairs.projection, columns_of_datasets.column_number, 1) = 'p'
                and substr(pairs.shape, columns_of_datasets.column_number, 1) = 'c'
                then 'p'
            else substr(pairs.shape, columns_of_datasets.column_number, 1)
        end

    where
        pairs.projection = ''
        or columns_of_datasets.column_name is null
        or substr(pairs.projection, columns_of_datasets.column_number, 1) in ('x', 'p')

    group by pairs.dataset, pairs.shape, pairs.projection, pairs.subject

)

select
    row_number() over (
        order by dataset nulls last, shape nulls last, projection nulls last, subject nulls last
    ) as delivery_number,
    dataset,
    shape,
    projection,
    subject,
    delivered_columns

from named
