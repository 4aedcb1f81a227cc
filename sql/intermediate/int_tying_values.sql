-- One row per value that several linked subjects carry and could be tied by: an identifier, an address, a birth date.
-- Values that more records than a household could share identify nobody (semantics, section 8). From here on values go
-- by number, so that texts are compared once; values of one are not looked at again.

with

identifiers as (

    select
        carried.kind,
        carried.value,
        carried.owner_number,
        false as is_common,
        carried.first_subject_number

    from int_carried_values as carried
    inner join landed_identifier_kinds as kinds on kinds.kind = carried.kind
    left join int_shared_values as shared on shared.kind = carried.kind and shared.value = carried.value

    where kinds.identifier_class in ('primary', 'tertiary') and carried.row_count > 1 and shared.value is null

),

addresses as (

    select
        'address' as kind,
        subjects.address || '|' || coalesce(subjects.postcode, '') as value,
        cast(null as bigint) as owner_number,
        false as is_common,
        min(subjects.subject_number) as first_subject_number

    from int_subjects as subjects
    cross join landed_identifier_kinds as kinds

    where
        length(subjects.given_name) > 1
        and subjects.family_name is not null
        and subjects.address is not null
        and not subjects.is_unsure
        and kinds.kind = 'postal_address'
        and kinds.identifier_class <> 'none'

    group by subjects.address, subjects.postcode

    having count(*) > 1

),

births as (

    select
        kind,
        value,
        cast(null as bigint) as owner_number,
        is_common,
        min(subject_number) as first_subject_number

    from int_tying_births

    group by kind, value, is_common

    having count(*) > 1

),

tying as (

    select * from identifiers

    union all

    select * from addresses

    union all

    select * from births

)

select
    row_number() over (
        order by
            tying.first_subject_number nulls last,
            tying.kind nulls last,
            tying.value nulls last,
            tying.owner_number nulls last
    ) as value_number,
    tying.kind,
    tying.value,
    tying.owner_number,
    tying.is_common,
    coalesce(kinds.identifier_class = 'primary', false) as is_primary

from tying
left join landed_identifier_kinds as kinds on kinds.kind = tying.kind
