-- One row per shape × projection × subject: the columns that were delivered holding a value, as field:state:column.
-- What a finding rests on, down to the column. Being on a list is a field without a column.

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

)

select
    pairs.dataset,
    pairs.shape,
    pairs.projection,
    pairs.subject,
    collect_set(
        columns_of_datasets.field || ':' || states.state || ':' || coalesce(columns_of_datasets.column_name, '')
    ) as delivered_columns

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
