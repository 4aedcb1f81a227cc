-- One row per shape × projection × column that was delivered holding a value.
-- Semantics, section 6: a field counts only if the record held a value there. Records that hold values in the same
-- columns share a shape, reads that deliver the same columns share a projection: few pairs, worked out once each.
-- A value of which only some bytes arrived (`p`) is partial; of a hash or a ciphertext it stays what it was.
-- Membership (a column without a name) is delivered with any read of the record.

with

pairs as (

    select
        records.dataset,
        records.shape,
        reached.projection

    from int_reached_records as reached
    inner join landed_records as records on records.record_number = reached.record_number

    union

    select
        records.dataset,
        records.shape,
        intervals.projection

    from int_record_intervals as intervals
    inner join landed_records as records on records.record_number = intervals.record_number

    union

    select
        records.dataset,
        records.shape,
        transactions.projection

    from int_intercepted_transactions as transactions
    inner join landed_records as records on records.record_number = transactions.record_number

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
    coalesce(pairs.projection, '') as projection,
    columns_of_datasets.subject,
    fields.field_number,
    states.state_rank,
    min(columns_of_datasets.column_number) as column_number

from pairs
inner join columns_of_datasets on columns_of_datasets.dataset = pairs.dataset
inner join landed_fields as fields on fields.field = columns_of_datasets.field
inner join states
    on states.letter = case
        when
            substr(pairs.projection, columns_of_datasets.column_number, 1) = 'p'
            and substr(pairs.shape, columns_of_datasets.column_number, 1) = 'c'
            then 'p'
        else substr(pairs.shape, columns_of_datasets.column_number, 1)
    end

where
    pairs.projection is null
    or columns_of_datasets.column_name is null
    or substr(pairs.projection, columns_of_datasets.column_number, 1) in ('x', 'p')

group by
    pairs.dataset,
    pairs.shape,
    coalesce(pairs.projection, ''),
    columns_of_datasets.subject,
    fields.field_number,
    states.state_rank
