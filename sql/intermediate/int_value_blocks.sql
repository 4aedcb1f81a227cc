-- One row per subject × value it shares with others: do all who share it agree on who they are.
-- Semantics, section 8: records whose first name or birth date conflict are two people, even on one e-mail. A bare
-- initial agrees with any name that begins with it. A phone number ties only records with compatible names.

with

carried as (

    select
        subject_values.kind,
        subject_values.value,
        subjects.subject_number,
        subjects.given_name,
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

compared as (

    select
        *,
        coalesce(min(full_given_name) over whole = max(full_given_name) over whole, true)
        and coalesce(min(initial) over whole = max(initial) over whole, true)
        and coalesce(min(birth_date) over whole = max(birth_date) over whole, true)
        and (kind <> 'phone' or coalesce(min(family_name) over whole = max(family_name) over whole, true))
            as is_whole_agreed,
        full_given_name is not null
        and coalesce(min(birth_date) over namesakes = max(birth_date) over namesakes, true)
        and (kind <> 'phone' or coalesce(min(family_name) over namesakes = max(family_name) over namesakes, true))
            as is_namesakes_agreed

    from carried

    window
        whole as (partition by kind, value),
        namesakes as (partition by kind, value, full_given_name)

)

select
    kind,
    value,
    subject_number,
    full_given_name,
    family_name,
    birth_date,
    is_whole_agreed,
    is_namesakes_agreed

from compared
