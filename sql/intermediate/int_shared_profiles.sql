-- One row per profile × value that subjects of it share with others.
-- A value that ties by the name alone is let go where more than fifty profiles share it: a tower block, a name that a
-- whole town bears. Phone and address ask for a name to compare.

with

carried as (

    select
        bearers.value_number,
        bearers.profile_number,
        count(*) as subject_count

    from int_profile_values as bearers
    inner join int_tying_values as tying on tying.value_number = bearers.value_number
    inner join int_profiles as profiles on profiles.profile_number = bearers.profile_number

    where
        profiles.given_name is not null
        or tying.kind = 'email'
        or tying.is_primary
        or tying.kind like 'name_birth%'

    group by bearers.value_number, bearers.profile_number

),

sized as (

    select
        value_number,
        sum(subject_count) as subject_count,
        count(*) as profile_count

    from carried

    group by value_number

)

select
    carried.value_number,
    carried.profile_number,
    sized.profile_count

from carried
inner join sized on sized.value_number = carried.value_number

where sized.subject_count > 1 and sized.profile_count <= 50
