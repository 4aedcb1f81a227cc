-- One row per exposed person × owner × state: the fields that were held in it, as bits.
-- Clear and protected copies of one field stand side by side (semantics, section 6). Sets of fields are carried as bits
-- and written as lists once per set that occurs (`int_field_sets`).

with

findings as (

    select * from int_person_findings

),

fields as (

    select
        field_number,
        low_bit,
        high_bit

    from landed_fields

)

select
    findings.component_number,
    findings.owner_number,
    findings.state_rank,
    findings.is_readable,
    bit_or(fields.low_bit) as low_bits,
    bit_or(fields.high_bit) as high_bits

from findings
inner join fields on fields.field_number = findings.field_number

group by findings.component_number, findings.owner_number, findings.state_rank, findings.is_readable
