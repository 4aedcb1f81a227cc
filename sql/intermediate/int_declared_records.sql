-- One row per link that a record declares × version of the record it names.
-- A link names its record by a text, which is compared here and nowhere else.

select
    links.record_number,
    links.subject,
    records.record_number as target_record_number

from landed_links as links
inner join landed_records as records
    on records.dataset = links.target_dataset and records.record_key = links.target_key
