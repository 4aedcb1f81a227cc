-- One row per subject × value or link that subjects of several people share, or might.
-- What a human may want to look at: identifiers that several people share, and links that did not hold. That two people
-- of one name were born on one day is chance, and nothing to look at.

with

components as (

    select * from int_subject_components

),

spanning as (

    select subject_values.value_number

    from int_subject_values as subject_values
    inner join components on components.subject_number = subject_values.subject_number

    group by subject_values.value_number

    having min(components.component_number) < max(components.component_number)

),

carried as (

    -- links have numbers of their own, above
    select
        bearers.subject_number,
        tying.kind as link_basis,
        -shared.value_number as shared_number

    from spanning
    inner join int_tying_values as tying on tying.value_number = spanning.value_number
    inner join landed_identifier_kinds as kinds on kinds.kind = tying.kind
    inner join int_shared_profiles as shared on shared.value_number = spanning.value_number
    inner join int_profile_values as bearers
        on bearers.value_number = shared.value_number and bearers.profile_number = shared.profile_number

    union all

    select
        links.subject_number,
        links.link_basis,
        links.link_number as shared_number

    from spanning
    inner join int_identity_links as links on links.value_number = spanning.value_number

)

select
    carried.subject_number,
    carried.link_basis,
    carried.shared_number,
    components.component_number

from carried
inner join components on components.subject_number = carried.subject_number
