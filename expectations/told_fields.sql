-- One row per pair of lists of fields in a published table, by its hash: which fields of the catalogue it holds.
--
-- Lists are few and slow to compare: each is looked at once, and known by its hash from then on. Two pairs of one hash
-- would count as unknown, and fail; so would a list that holds a field twice.

with lists as (

    select
        fields,
        protected_fields

    from exposures

    union

    select
        fields,
        protected_fields

    from exposed_records

    union

    select
        fields,
        protected_fields

    from people

),

held as (

    select
        lists.fields,
        lists.protected_fields,
        bit_or(case when list_contains(lists.fields, known.field) then known.low_bit else 0 end) as low_bits,
        bit_or(case when list_contains(lists.fields, known.field) then known.high_bit else 0 end) as high_bits,
        bit_or(case when list_contains(lists.protected_fields, known.field) then known.low_bit else 0 end)
            as hidden_low_bits,
        bit_or(case when list_contains(lists.protected_fields, known.field) then known.high_bit else 0 end)
            as hidden_high_bits

    from lists
    cross join landed_fields as known

    group by
        lists.fields,
        lists.protected_fields

)

select
    hash(fields::varchar[], protected_fields::varchar[]) as lists_hash,
    max(low_bits) as low_bits,
    max(high_bits) as high_bits,
    max(hidden_low_bits) as hidden_low_bits,
    max(hidden_high_bits) as hidden_high_bits,
    count(*) > 1
    or max(len(fields) + len(protected_fields)) = 0
    or max(len(fields)) <> max(bit_count(low_bits) + bit_count(high_bits))
    or max(len(protected_fields)) <> max(bit_count(hidden_low_bits) + bit_count(hidden_high_bits)) as is_unknown

from held

group by lists_hash
