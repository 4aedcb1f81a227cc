-- One row per person id that somebody bears: a person of this run who keeps it, or one of an earlier run with a subject
-- that is not exposed now.

with

kept as (

    select person_id

    from int_known_people

    where is_kept

),

absent as (

    select registry.person_id

    from landed_registry as registry
    left join int_person_subjects as subjects on subjects.alone_id = registry.subject_id

    where subjects.alone_id is null

)

select person_id from kept

union

select person_id from absent
