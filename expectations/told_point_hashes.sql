-- One row per contact point of a landed record: a number for its brand, controller, kind and value.
--
-- A table by itself, for two joins of one query want memory at once.

select hash(records.brand, records.controller, identifiers.kind, identifiers.contact_value) as point_hash

from landed_identifiers as identifiers
inner join landed_records as records on records.record_number = identifiers.record_number

where identifiers.contact_value is not null
