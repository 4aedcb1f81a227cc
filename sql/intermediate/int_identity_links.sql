-- One row per subject × basis × what it is tied by: all who share a `link_key` are one person.
-- Semantics, section 8. Where everybody behind a value agrees, all are tied; otherwise only namesakes, and where those
-- still differ only those of equal birth date. Who cannot be placed stays apart: a second letter is an annoyance, a
-- missing one a breach of duty.

with

blocks as (

    select * from int_value_blocks

),

tied as (

    select
        subject_number,
        kind as link_basis,
        case
            when is_whole_agreed then kind || ' all|' || value
            when is_namesakes_agreed then kind || ' namesakes|' || value || '|' || full_given_name
            when kind = 'phone'
                then kind || ' twins|' || value || '|' || full_given_name || '|' || birth_date || '|' || family_name
            else kind || ' twins|' || value || '|' || full_given_name || '|' || birth_date
        end as link_key

    from blocks

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
    link_key

from tied

where link_key is not null

union all

select
    subject_number,
    'declared' as link_basis,
    'declared|' || cast(target_subject_number as varchar) as link_key

from declared_members
