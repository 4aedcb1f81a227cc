-- One row per subject × basis × what it is tied by: all who share a `link_number` are one person.
-- Semantics, section 8. Where everybody behind a value agrees, all are tied; otherwise those who agree with exactly the
-- same others, so that nobody is tied to one of two who differ. Who cannot be placed stays apart: a second letter is an
-- annoyance, a missing one a breach of duty. Links of a lower rank are stronger and are taken first; of birth dates
-- those under names that fit in full.

with

circles as (

    -- at most fifty share a value, so that 64 numbers are enough for each value
    select
        value_number,
        profile_number,
        dense_rank() over (partition by value_number order by circle nulls last) as circle_number

    from int_value_blocks

    where not is_whole_agreed and circle is not null

),

blocks as (

    select
        value_number,
        profile_number,
        0 as circle_number,
        is_whole_fitting

    from int_value_blocks

    where is_whole_agreed

    union all

    select
        value_number,
        profile_number,
        circle_number,
        false as is_whole_fitting

    from circles

),

tied as (

    select
        bearers.subject_number,
        blocks.value_number,
        blocks.value_number * 64 + blocks.circle_number as link_number,
        tying.kind as link_basis,
        case
            when tying.is_primary then 2
            when tying.kind like 'name_birth%' and blocks.is_whole_fitting then 3
            when tying.kind like 'name_birth%' then 4
            when tying.kind = 'email' then 5
            else 6
        end as link_rank

    from blocks
    inner join int_tying_values as tying on tying.value_number = blocks.value_number
    inner join int_profile_values as bearers
        on bearers.value_number = blocks.value_number and bearers.profile_number = blocks.profile_number

),

declared as (

    select
        subject_number,
        target_subject_number

    from int_declared_links

    where not is_blocked

),

declared_members as (

    select
        subject_number,
        target_subject_number

    from declared

    union

    select
        target_subject_number as subject_number,
        target_subject_number

    from declared

)

select
    subject_number,
    link_basis,
    link_number,
    link_rank,
    value_number

from tied

union all

select
    subject_number,
    'declared' as link_basis,
    -target_subject_number as link_number,
    1 as link_rank,
    cast(null as bigint) as value_number

from declared_members
