-- One row per identifier that a record says of a linked subject.

select
    linked.record_number,
    linked.subject,
    linked.subject_number,
    linked.owner_number,
    identifiers.kind,
    identifiers.value,
    identifiers.contact_value

from landed_identifiers as identifiers
inner join int_linked_records as linked
    on linked.record_number = identifiers.record_number and linked.subject = identifiers.subject
