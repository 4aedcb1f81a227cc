-- One row per subject × value it shares with others: do all who share it agree on who they are.
-- Semantics, section 8: records whose first name or birth date conflict are two people, even on one e-mail. A bare
-- initial agrees with any name that begins with it. A phone number ties only records with compatible names.

with

carried as (

    select
        subject_values.kind,
        subject_values.value,
        subjects.subject_number,
        subjects.family_name,
        subjects.birth_date,
        case when length(subjects.given_name) > 1 then subjects.given_name end as full_given_name,
        substr(subjects.given_name, 1, 1) as initial

    from int_subject_values as subject_values
    inner join int_subjects as subjects on subjects.subject_number = subject_values.subject_number
    left join int_shared_values as shared
        on shared.kind = subject_values.kind and shared.value = subject_values.value

    where
        shared.value is null
        and (subject_values.kind <> 'phone' or subjects.given_name is not null)

),

whole as (

    select
        kind,
        value,
        coalesce(min(full_given_name) = max(full_given_name), true)
        and coalesce(min(initial) = max(initial), true)
        and coalesce(min(birth_date) = max(birth_date), true)
        and (kind <> 'phone' or coalesce(min(family_name) = max(family_name), true)) as is_agreed

    from carried

    group by kind, value

    having count(*) > 1

),

namesakes as (

    select
        carried.kind,
        carried.value,
        carried.full_given_name,
        coalesce(min(carried.birth_date) = max(carried.birth_date), true)
        and (
            carried.kind <> 'phone'
            or coalesce(min(carried.family_name) = max(carried.family_name), true)
        ) as is_agreed

    from carried
    inner join whole on whole.kind = carried.kind and whole.value = carried.value

    where not whole.is_agreed and carried.full_given_name is not null

    group by carried.kind, carried.value, carried.full_given_name

)

select
    carried.kind,
    carried.value,
    carried.subject_number,
    carried.full_given_name,
    carried.family_name,
    carried.birth_date,
    whole.is_agreed as is_whole_agreed,
    coalesce(namesakes.is_agreed, false) as is_namesakes_agreed

from carried
inner join whole on whole.kind = carried.kind and whole.value = carried.value
left join namesakes
    on namesakes.kind = carried.kind
    and namesakes.value = carried.value
    and namesakes.full_given_name = carried.full_given_name
