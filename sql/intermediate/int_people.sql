-- One row per exposed person.
-- Whoever was known keeps the id; a new person's is that of the first of their subjects over all datasets, reached or
-- not, so that more events never change it. An id that somebody else bears is not given again.

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

absent as (

    select registry.person_id

    from landed_registry as registry
    left join int_person_subjects as subjects on subjects.alone_id = registry.subject_id

    where subjects.alone_id is null

),

taken as (

    select person_id from kept

    union

    select person_id from absent

)

select
    anchors.component_number,
    case
        when kept.person_id is not null then kept.person_id
        when taken.person_id is null then anchors.alone_id
        else 'p' || substr(sha2(incident.person_key || 'again' || anchors.alone_id, 256), 1, 20)
    end as person_id

from anchors
cross join landed_incident as incident
left join kept on kept.component_number = anchors.component_number
left join taken on taken.person_id = anchors.alone_id
