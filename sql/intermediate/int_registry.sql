-- One row per subject that belongs to a person known by an id: what the next run is told.
-- Subjects of whom this run says nothing keep what an earlier run said.

with

present as (

    select
        subjects.alone_id as subject_id,
        people.person_id

    from int_person_subjects as subjects
    inner join int_people as people on people.component_number = subjects.component_number

)

select
    subject_id,
    person_id

from present

union all

select
    registry.subject_id,
    registry.person_id

from landed_registry as registry
left join present on present.subject_id = registry.subject_id

where present.subject_id is null
