-- One row per linked subject × kind of identifier of which a person has one: its value.
-- Two subjects whose marks of one kind differ are two people, whatever else they share. A subject with two values of a
-- kind says nothing by it. A number that each brand gives out itself is told apart by whose it is.

with

kinds as (

    select
        kind,
        is_numbered_by_owner

    from landed_identifier_kinds

    where identifier_class in ('primary', 'secondary')

),

identifiers as (

    select distinct
        identifiers.subject_number,
        identifiers.kind,
        case
            when kinds.is_numbered_by_owner
                then identifiers.value || '|' || cast(identifiers.owner_number as varchar)
            else identifiers.value
        end as value

    from int_linked_identifiers as identifiers
    inner join kinds on kinds.kind = identifiers.kind
    left join int_shared_values as shared
        on shared.kind = identifiers.kind and shared.value = identifiers.value

    where identifiers.value is not null and shared.value is null

)

select
    subject_number,
    kind,
    min(value) as value

from identifiers

group by subject_number, kind

having count(*) = 1
