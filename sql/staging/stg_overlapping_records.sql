-- One row per record version that overlaps an earlier version of the same key.
-- One key may have several versions whose validity does not overlap (semantics, section 5). Two that do overlap are
-- a duplicate key, and if their brands differ nobody can say whose customer it was: the run stops on any row here.
-- Where several earlier versions overlap, the one that began last is named.

with

versions as (

    select
        records.*,
        max(records.valid_to) over (
            partition by repeated.first_record_number
            order by records.valid_from nulls last, records.valid_to nulls last, records.record_number nulls last
            rows between unbounded preceding and 1 preceding
        ) as earlier_valid_to

    from stg_repeated_records as repeated
    inner join landed_records as records on records.record_number = repeated.record_number

    where records.valid_from < records.valid_to

),

overlapping as (

    select * from versions

    where earlier_valid_to > valid_from

),

pairs as (

    select
        overlapping.dataset,
        overlapping.record_number,
        overlapping.file,
        overlapping.line,
        earlier.file as earlier_file,
        earlier.line as earlier_line,
        overlapping.brand <> earlier.brand as is_brand_overlap,
        row_number() over (
            partition by overlapping.record_number
            order by earlier.valid_from desc nulls last, earlier.record_number desc nulls last
        ) as pair_number

    from overlapping
    inner join versions as earlier
        on earlier.dataset = overlapping.dataset
        and earlier.record_key = overlapping.record_key
        and earlier.valid_to > overlapping.valid_from

    where
        earlier.valid_from < overlapping.valid_from
        or (
            earlier.valid_from = overlapping.valid_from
            and (
                earlier.valid_to < overlapping.valid_to
                or (earlier.valid_to = overlapping.valid_to and earlier.record_number < overlapping.record_number)
            )
        )

)

select
    dataset,
    file,
    line,
    earlier_file,
    earlier_line,
    is_brand_overlap

from pairs

where pair_number = 1
