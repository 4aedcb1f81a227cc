-- One row per exposed component × person id that its subjects had in an earlier run: how many, and who keeps the id.
-- Semantics, section 8: the same people keep their ids, whatever joined or left. An id stays with most of its subjects;
-- a component that has several keeps the one of most of its own. Ties go to the smallest id.

with

claims as (

    select
        subjects.component_number,
        registry.person_id,
        count(*) as subject_count,
        min(subjects.alone_id) as first_alone_id

    from int_person_subjects as subjects
    inner join landed_registry as registry on registry.subject_id = subjects.alone_id

    group by subjects.component_number, registry.person_id

),

heirs as (

    select
        component_number,
        person_id,
        subject_count,
        row_number() over (
            partition by person_id order by subject_count desc nulls last, first_alone_id nulls last
        ) as heir_number

    from claims

)

select
    component_number,
    person_id,
    subject_count,
    heir_number = 1 as is_heir,
    heir_number = 1 and row_number() over (
        partition by component_number, heir_number = 1 order by subject_count desc nulls last, person_id nulls last
    ) = 1 as is_kept

from heirs
