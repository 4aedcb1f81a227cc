-- One row per exposed person × brand × controller: which fields, in which states, through which datasets.

with

states as (

    select
        component_number,
        brand,
        controller,
        collect_set(case when is_readable then field end) as fields,
        collect_set(case when not is_readable then field end) as protected_fields,
        collect_set(field || ':' || state) as states

    from int_field_states

    group by component_number, brand, controller

),

sources as (

    select
        findings.component_number,
        findings.brand,
        findings.controller,
        max(case when fields.is_payment and findings.state <> 'masked' then 1 else 0 end) = 1 as has_payment_data,
        count(distinct findings.dataset || '|' || findings.record_key) as record_count,
        collect_set(findings.dataset) as datasets,
        collect_set(datasets.processor) as processors

    from int_person_findings as findings
    inner join landed_datasets as datasets on datasets.dataset = findings.dataset
    inner join landed_fields as fields on fields.field = findings.field

    group by findings.component_number, findings.brand, findings.controller

)

select
    states.component_number,
    states.brand,
    states.controller,
    states.fields,
    states.protected_fields,
    states.states,
    sources.has_payment_data,
    sources.record_count,
    sources.datasets,
    sources.processors

from states
inner join sources
    on sources.component_number = states.component_number
    and sources.brand = states.brand
    and sources.controller = states.controller
