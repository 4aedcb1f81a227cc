-- One row per bundle: its fields, those that can be read and those that cannot, its states, and how sure it is.
-- A field any finding of which can be read is exposed; it is protected only if none can (semantics, sections 6 and 9).
-- A grade is that of the best field, and a bundle that mixes grades says so (section 7).

with

fields as (

    select
        held.bundle,
        min(held.grade_rank) as grade_rank,
        max(held.grade_rank) > min(held.grade_rank) as is_mixed_grade,
        bit_or(case when held.is_readable then names.low_bit else 0 end) as low_bits,
        bit_or(case when held.is_readable then names.high_bit else 0 end) as high_bits,
        bit_or(case when held.is_readable then 0 else names.low_bit end) as protected_low_bits,
        bit_or(case when held.is_readable then 0 else names.high_bit end) as protected_high_bits,
        array_sort(collect_set(case when held.is_readable then names.field end)) as fields,
        array_sort(collect_set(case when held.is_readable then null else names.field end)) as protected_fields

    from int_bundle_fields as held
    inner join landed_fields as names on names.field_number = held.field_number

    group by held.bundle

),

states as (

    select
        portions.bundle,
        array_sort(collect_set(names.field || ':' || states.state)) as states,
        max(case when names.is_payment and states.state <> 'masked' then 1 else 0 end) = 1 as has_payment_data

    from int_bundle_portions as portions
    inner join int_portion_fields as held on held.portion_number = portions.portion_number
    inner join landed_fields as names on names.field_number = held.field_number
    inner join landed_states as states on states.state_rank = held.state_rank

    group by portions.bundle

)

select
    fields.bundle,
    fields.grade_rank,
    fields.is_mixed_grade,
    fields.low_bits,
    fields.high_bits,
    fields.protected_low_bits,
    fields.protected_high_bits,
    fields.fields,
    fields.protected_fields,
    states.states,
    states.has_payment_data

from fields
inner join states on states.bundle = fields.bundle
