-- One row per bundle × field: its best grade, the state it is named by, and all its states with their grades as bits.
-- Semantics, section 7: the grade stands on each field. A field's strand is the part of the bundle that its best grade
-- rests on: whose instants, access and events are those of the field, so that a confirmed read is never dated by a gap
-- that merely might have been one. Fields of one strand are told alike.

with

held as (

    select
        portions.bundle,
        portions.graded_portion_number,
        portions.grade_rank,
        fields.field_number,
        fields.state_rank,
        fields.is_readable,
        graded_states.graded_bit

    from int_bundle_portions as portions
    inner join int_portion_fields as fields on fields.portion_number = portions.portion_number
    inner join stg_graded_states as graded_states
        on graded_states.state_rank = fields.state_rank and graded_states.grade_rank = portions.grade_rank

),

best as (

    select
        bundle,
        field_number,
        min(grade_rank) as grade_rank,
        bit_or(graded_bit) as graded_bits,
        max(case when is_readable then 1 else 0 end) = 1 as is_readable

    from held

    group by bundle, field_number

)

select
    best.bundle,
    best.field_number,
    best.grade_rank,
    best.graded_bits,
    best.is_readable,
    min(held.state_rank) as state_rank,
    cast(array_sort(collect_set(held.graded_portion_number)) as varchar) as strand

from best
inner join held
    on held.bundle = best.bundle and held.field_number = best.field_number and held.grade_rank = best.grade_rank

group by best.bundle, best.field_number, best.grade_rank, best.graded_bits, best.is_readable
