-- One row per bundle × strand × graded portion in it.

select distinct
    fields.bundle,
    fields.strand,
    portions.graded_portion_number

from int_bundle_fields as fields
inner join int_bundle_portions as portions
    on portions.bundle = fields.bundle and portions.grade_rank = fields.grade_rank
inner join int_portion_fields as held
    on held.portion_number = portions.portion_number and held.field_number = fields.field_number
