-- One row per kind × value × owner whose number it is that linked subjects carry: how many rows, and the first subject.
-- A number that each brand gives out itself counts within that brand and controller only: two shops both have a
-- customer 1001. Any other value has no owner. Where people live is no secret of theirs: addresses are not among them.

with

kinds as (

    select
        kind,
        is_numbered_by_owner

    from landed_identifier_kinds

),

carried as (

    select
        identifiers.kind,
        identifiers.value,
        case when kinds.is_numbered_by_owner then identifiers.owner_number end as owner_number,
        identifiers.subject_number

    from int_linked_identifiers as identifiers
    left join kinds on kinds.kind = identifiers.kind

    where identifiers.value is not null and identifiers.kind <> 'postal_address'

)

select
    kind,
    value,
    owner_number,
    count(*) as row_count,
    min(subject_number) as first_subject_number

from carried

group by kind, value, owner_number
