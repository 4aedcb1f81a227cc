-- One row per subject × value or link that it shares with a subject of another person, or might.
-- What a human may want to look at: identifiers that several people share, and links that did not hold. That two people
-- of one name were born on one day is chance, and nothing to look at.

with

components as (

    select * from int_subject_components

),

identifiers as (

    select
        subjects.subject_number,
        shared.kind as link_basis,
        shared.value as shared_value

    from int_shared_profiles as shared
    inner join landed_identifier_kinds as kinds on kinds.kind = shared.kind
    inner join int_subject_values as subject_values
        on subject_values.kind = shared.kind and subject_values.value = shared.value
    inner join int_subject_profiles as subjects
        on subjects.subject_number = subject_values.subject_number
        and subjects.profile_number = shared.profile_number

),

carried as (

    select
        subject_number,
        link_basis,
        shared_value

    from identifiers

    union

    select
        subject_number,
        link_basis,
        link_key as shared_value

    from int_identity_links

    where link_basis <> 'declared'

)

select
    carried.subject_number,
    carried.link_basis,
    carried.shared_value,
    components.component_number

from carried
inner join components on components.subject_number = carried.subject_number
