-- One row per question that a human must decide, with how many people hang on it.
-- A run that has any says so and ends with its own code (semantics, section 1).

with

incident as (

    select incident_id from landed_incident

),

kinds as (

    select * from stg_question_kinds

),

asked as (

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_events

    union all

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_coverage

    union all

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_interceptions

    union all

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_inputs

    union all

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_people

    union all

    select
        kind,
        about,
        item_count,
        people_count

    from int_questions_of_statements

)

select
    incident.incident_id,
    case when asked.about = '' then asked.kind else asked.kind || ':' || asked.about end as question_id,
    asked.kind,
    asked.about,
    cast(asked.item_count as bigint) as item_count,
    cast(asked.people_count as bigint) as people_count,
    kinds.question

from asked
cross join incident
inner join kinds on kinds.kind = asked.kind
