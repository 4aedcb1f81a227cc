-- One row per exposed person.
-- Whoever was known keeps the id; a new person's is that of the first of their subjects over all datasets, reached or
-- not, so that more events never change it. An id that somebody else bears is not given again: where the first
-- subject's own is borne, the first of a series made from it that nobody bears.

with

firsts as (

    select
        component_number,
        min(subject_name) as subject_name

    from int_person_subjects

    group by component_number

),

anchors as (

    select
        firsts.component_number,
        subjects.alone_id

    from firsts
    inner join int_person_subjects as subjects
        on subjects.component_number = firsts.component_number and subjects.subject_name = firsts.subject_name

),

kept as (

    select
        component_number,
        person_id

    from int_known_people

    where is_kept

),

taken as (

    select person_id from int_borne_ids

),

given as (

    select
        anchors.component_number,
        anchors.alone_id,
        coalesce(kept.person_id, case when taken.person_id is null then anchors.alone_id end) as person_id

    from anchors
    left join kept on kept.component_number = anchors.component_number
    left join taken on taken.person_id = anchors.alone_id

),

-- nearly always the first of the series is nobody's; only where it is borne, too, the others are made
again as (

    select
        given.component_number,
        given.alone_id,
        'p' || substr(sha2(incident.person_key || 'again' || given.alone_id, 256), 1, 20) as person_id

    from given
    cross join landed_incident as incident

    where given.person_id is null

),

-- each step of the series takes a run in which the subject was parted once more, so a thousand are more than enough
some_taken as (

    select person_id from taken order by person_id nulls last limit 1000

),

steps as (

    select cast(row_number() over (order by person_id nulls last) as integer) as step_number from some_taken

),

made as (

    select
        component_number,
        1 as step_number,
        person_id

    from again

    union all

    select
        again.component_number,
        steps.step_number,
        'p' || substr(
            sha2(incident.person_key || repeat('again', steps.step_number) || again.alone_id, 256), 1, 20
        ) as person_id

    from again
    inner join taken on taken.person_id = again.person_id
    inner join steps on steps.step_number > 1
    cross join landed_incident as incident

),

free as (

    select
        made.component_number,
        made.person_id,
        row_number() over (partition by made.component_number order by made.step_number nulls last) as free_number

    from made
    left join taken on taken.person_id = made.person_id

    where taken.person_id is null

)

select
    given.component_number,
    coalesce(given.person_id, free.person_id) as person_id

from given
left join free on free.component_number = given.component_number and free.free_number = 1
