-- One row per record version that overlaps an earlier version of the same key.
-- One key may have several versions whose validity does not overlap (semantics, section 5). Two that do overlap are
-- a duplicate key, and if their brands differ nobody can say whose customer it was: the run stops on any row here.

with

records as (

    select * from landed_records

    where valid_from < valid_to

),

versions as (

    select
        *,
        max(valid_to) over (
            partition by dataset, record_key
            order by valid_from, valid_to, record_number
            rows between unbounded preceding and 1 preceding
        ) as earlier_valid_to,
        lag(brand) over (partition by dataset, record_key order by valid_from, valid_to, record_number) as earlier_brand,
        lag(file) over (partition by dataset, record_key order by valid_from, valid_to, record_number) as earlier_file,
        lag(line) over (partition by dataset, record_key order by valid_from, valid_to, record_number) as earlier_line

    from records

)

select
    dataset,
    file,
    line,
    earlier_file,
    earlier_line,
    brand <> earlier_brand as is_brand_overlap

from versions

where earlier_valid_to > valid_from
