-- One row per exposed person × owner: which fields, in which states, through which datasets.
-- A field any finding of which can be read is exposed; it is protected only if none can (semantics, sections 6 and 9).

with

states as (

    select
        component_number,
        owner_number,
        collect_set(case when is_field_readable then field end) as fields,
        collect_set(case when not is_field_readable then field end) as protected_fields,
        collect_set(field || ':' || state) as states

    from int_field_states

    group by component_number, owner_number

),

payments as (

    select distinct
        field_states.component_number,
        field_states.owner_number

    from int_field_states as field_states
    inner join landed_fields as fields on fields.field = field_states.field

    where fields.is_payment and field_states.state <> 'masked'

),

subjects as (

    select distinct
        component_number,
        owner_number,
        subject_number

    from int_person_findings

),

sources as (

    select
        subjects.component_number,
        subjects.owner_number,
        count(distinct published.first_record_number) as record_count,
        collect_set(published.dataset) as datasets,
        collect_set(published.processor) as processors

    from subjects
    inner join int_published_subjects as published on published.subject_number = subjects.subject_number

    group by subjects.component_number, subjects.owner_number

)

select
    states.component_number,
    states.owner_number,
    states.fields,
    states.protected_fields,
    states.states,
    payments.component_number is not null as has_payment_data,
    sources.record_count,
    sources.datasets,
    sources.processors

from states
inner join sources
    on sources.component_number = states.component_number and sources.owner_number = states.owner_number
left join payments
    on payments.component_number = states.component_number and payments.owner_number = states.owner_number
