-- One row per exposed person: the fields that can be read under any brand, and those that cannot under any, as bits.

with

held as (

    select
        exposed.component_number,
        bit_or(bundles.low_bits) as low_bits,
        bit_or(bundles.high_bits) as high_bits,
        bit_or(bundles.protected_low_bits) as protected_low_bits,
        bit_or(bundles.protected_high_bits) as protected_high_bits

    from int_exposure_bundles as exposed
    inner join int_bundles as bundles on bundles.bundle = exposed.bundle

    group by exposed.component_number

)

select
    component_number,
    low_bits,
    high_bits,
    protected_low_bits & ~low_bits as protected_low_bits,
    protected_high_bits & ~high_bits as protected_high_bits

from held
