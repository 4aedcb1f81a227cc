-- One row per exposed subject × owner: which set of events and intervals shows it.
-- Records that were always delivered together share one set, so that a thousand reads of a whole list are written down
-- once and not once for each of its members.

with

evidence as (

    select * from int_evidence

)

select
    subject_number,
    owner_number,
    'e' || substr(sha2(cast(array_sort(collect_set(evidence_key)) as varchar), 256), 1, 20) as evidence_id

from evidence

group by subject_number, owner_number
