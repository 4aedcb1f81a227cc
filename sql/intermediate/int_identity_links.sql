-- One row per subject × basis × what it is tied by: all who share a `link_key` are one person.
-- Semantics, section 8. Where everybody behind a value agrees, all are tied; otherwise those who agree with exactly the
-- same others, so that nobody is tied to one of two who differ. Who cannot be placed stays apart: a second letter is an
-- annoyance, a missing one a breach of duty. Links of a lower rank are stronger and are taken first.

with

blocks as (

    select * from int_value_blocks

),

tied as (

    select
        subject_values.subject_number,
        blocks.kind as link_basis,
        case
            when blocks.is_whole_agreed then blocks.kind || ' all|' || blocks.value
            else blocks.kind || ' ' || blocks.circle || '|' || blocks.value
        end as link_key,
        case
            when kinds.identifier_class = 'primary' then 2
            when blocks.kind like 'name_birth%' then 3
            when blocks.kind = 'email' then 4
            else 5
        end as link_rank

    from blocks
    inner join int_subject_values as subject_values
        on subject_values.kind = blocks.kind and subject_values.value = blocks.value
    inner join int_subject_profiles as subjects
        on subjects.subject_number = subject_values.subject_number
        and subjects.profile_number = blocks.profile_number
    left join landed_identifier_kinds as kinds on kinds.kind = blocks.kind

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
    link_key,
    link_rank

from tied

where link_key is not null

union all

select
    subject_number,
    'declared' as link_basis,
    'declared|' || cast(target_subject_number as varchar) as link_key,
    1 as link_rank

from declared_members
