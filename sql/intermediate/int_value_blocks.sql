-- One row per profile × value it shares with others: do all who share it agree, do all their names fit in full, and if
-- not, with whom does it agree.
-- Semantics, section 8: records whose first name or birth date conflict are two people, even on one e-mail. Beyond that
-- a phone or a card ties only compatible names, an address and a common name only full names that fit. Where a name is
-- rare a birth date and a place tie by the given name alone, for people marry.

with

shared as (

    select * from int_shared_profiles

),

several as (

    select
        shared.value_number,
        shared.profile_number,
        tying.kind,
        tying.is_common,
        tying.is_primary

    from shared
    inner join int_tying_values as tying on tying.value_number = shared.value_number

    where shared.profile_count > 1

),

mates as (

    select
        several.value_number,
        several.profile_number,
        others.profile_number as other_profile_number,
        not compared.is_apart
        and case
            when several.kind = 'email' or several.is_primary then true
            when several.kind = 'address' or several.is_common
                then compared.given_relation = 'agree' and compared.family_relation = 'agree'
            when several.kind in ('name_birth_postcode', 'name_birth_address')
                then compared.given_relation = 'agree' or compared.family_relation <> 'conflict'
            else compared.family_relation <> 'conflict'
        end as is_agreed,
        compared.given_relation = 'agree' and compared.family_relation = 'agree' as is_fitting

    from several
    inner join several as others
        on others.value_number = several.value_number
        and others.profile_number <> several.profile_number
    inner join compared_profiles as compared
        on compared.profile_number = least(several.profile_number, others.profile_number)
        and compared.other_profile_number = greatest(several.profile_number, others.profile_number)

),

wholes as (

    select
        value_number,
        min(case when is_agreed then 1 else 0 end) = 1 as is_agreed,
        min(case when is_agreed and is_fitting then 1 else 0 end) = 1 as is_fitting

    from mates

    group by value_number

),

placeable as (

    select profile_number

    from int_profiles

    where length(given_name) > 1 or birth_date is not null

),

friends as (

    select
        mates.value_number,
        mates.profile_number,
        mates.other_profile_number

    from mates
    inner join placeable on placeable.profile_number = mates.profile_number
    inner join placeable as other_placeable on other_placeable.profile_number = mates.other_profile_number
    inner join wholes on wholes.value_number = mates.value_number

    where mates.is_agreed and not wholes.is_agreed

    union all

    select
        several.value_number,
        several.profile_number,
        several.profile_number as other_profile_number

    from several
    inner join placeable on placeable.profile_number = several.profile_number
    inner join wholes on wholes.value_number = several.value_number

    where not wholes.is_agreed

),

circles as (

    select
        value_number,
        profile_number,
        cast(array_sort(collect_set(other_profile_number)) as varchar) as circle

    from friends

    group by value_number, profile_number

)

select
    shared.value_number,
    shared.profile_number,
    coalesce(wholes.is_agreed, true) as is_whole_agreed,
    coalesce(wholes.is_fitting, true) as is_whole_fitting,
    circles.circle

from shared
left join wholes on wholes.value_number = shared.value_number
left join circles
    on circles.value_number = shared.value_number and circles.profile_number = shared.profile_number
