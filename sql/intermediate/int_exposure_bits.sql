-- One row per exposed person × owner: the fields that can be read, and those that cannot, as bits.
-- A field any finding of which can be read is exposed; it is protected only if none can (semantics, sections 6 and 9).

with

held as (

    select
        component_number,
        owner_number,
        bit_or(case when is_readable then low_bits else 0 end) as low_bits,
        bit_or(case when is_readable then high_bits else 0 end) as high_bits,
        bit_or(low_bits) as all_low_bits,
        bit_or(high_bits) as all_high_bits

    from int_exposure_states

    group by component_number, owner_number

)

select
    component_number,
    owner_number,
    low_bits,
    high_bits,
    all_low_bits & ~low_bits as protected_low_bits,
    all_high_bits & ~high_bits as protected_high_bits

from held
