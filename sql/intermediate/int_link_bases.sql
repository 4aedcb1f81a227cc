-- One row per exposed subject × basis that ties it to another record of its person, or that a contradiction blocked.
-- Every link names its basis (semantics, section 8). Blocked is what two records share though they are two people: an
-- identifier, a declared link, a link that was cut, or a human's word that they differ.

with

exposed as (

    select distinct
        component_number,
        subject_number

    from int_exposed_subjects

),

components as (

    select * from int_subject_components

),

links as (

    select * from resolved_links

),

decided as (

    select
        subject_number,
        decision

    from int_decided_pairs

    union

    select
        other_subject_number as subject_number,
        decision

    from int_decided_pairs

),

blocks as (

    select
        subject_number,
        link_basis,
        min(component_number) over (partition by link_basis, shared_number) as first_component_number,
        max(component_number) over (partition by link_basis, shared_number) as last_component_number

    from int_blocked_values

),

declared as (

    select
        links.subject_number,
        links.target_subject_number

    from int_declared_links as links
    inner join components on components.subject_number = links.subject_number
    inner join components as target_components on target_components.subject_number = links.target_subject_number

    where components.component_number <> target_components.component_number

),

others as (

    select
        subject_number,
        'decision' as link_basis,
        decision = 'different' as is_blocked

    from decided

    union

    select
        subject_number,
        link_basis,
        true as is_blocked

    from blocks

    where first_component_number <> last_component_number

    union

    select
        subject_number,
        'declared' as link_basis,
        true as is_blocked

    from declared

    union

    select
        target_subject_number as subject_number,
        'declared' as link_basis,
        true as is_blocked

    from declared

),

bases as (

    select
        subject_number,
        link_basis,
        false as is_blocked

    from links

    union all

    select * from others

)

select
    exposed.component_number,
    exposed.subject_number,
    bases.link_basis,
    bases.is_blocked

from exposed
inner join bases on bases.subject_number = exposed.subject_number

union all

select
    exposed.component_number,
    exposed.subject_number,
    'alone' as link_basis,
    false as is_blocked

from exposed
left join links on links.subject_number = exposed.subject_number
left join decided on decided.subject_number = exposed.subject_number and decided.decision = 'same'

where links.subject_number is null and decided.subject_number is null
