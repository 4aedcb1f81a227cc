-- One row per set of fields that occurs of a person: its bits, and the fields by name.

with

sets as (

    select
        low_bits,
        high_bits

    from int_person_bits

    union

    select
        protected_low_bits,
        protected_high_bits

    from int_person_bits

)

select
    sets.low_bits,
    sets.high_bits,
    array_sort(collect_set(fields.field)) as fields

from sets
left join landed_fields as fields
    on (fields.low_bit & sets.low_bits) <> 0 or (fields.high_bit & sets.high_bits) <> 0

group by sets.low_bits, sets.high_bits
