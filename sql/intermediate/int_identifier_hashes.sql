-- One row per identifier that a record says of anybody: the value as a number.
-- Who bears a value is looked for among all records again and again, and a number is compared sooner than a text. Where
-- people live is no secret of theirs: addresses are not among them.

select
    record_number,
    subject,
    kind,
    xxhash64(kind || '|' || value) as value_hash

from landed_identifiers

where value is not null and kind <> 'postal_address'
