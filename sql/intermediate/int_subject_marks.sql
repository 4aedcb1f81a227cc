-- One row per subject × kind of identifier of which a person has one: its value.
-- Two subjects whose marks of one kind differ are two people, whatever else they share. A subject with two values of a
-- kind says nothing by it.

with

identifiers as (

    select * from int_subject_identifiers where identifier_class in ('primary', 'secondary')

)

select
    subject_number,
    kind,
    min(value) as value

from identifiers

group by subject_number, kind

having count(*) = 1
