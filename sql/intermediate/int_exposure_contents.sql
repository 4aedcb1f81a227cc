-- One row per exposed person × owner: which fields, in which states, through which datasets.

with

bits as (

    select * from int_exposure_bits

),

field_sets as (

    select * from int_field_sets

),

state_sets as (

    select distinct
        state_rank,
        low_bits,
        high_bits

    from int_exposure_states

),

named_states as (

    select
        state_sets.state_rank,
        state_sets.low_bits,
        state_sets.high_bits,
        collect_set(fields.field || ':' || states.state) as states

    from state_sets
    inner join landed_states as states on states.state_rank = state_sets.state_rank
    inner join landed_fields as fields
        on (fields.low_bit & state_sets.low_bits) <> 0 or (fields.high_bit & state_sets.high_bits) <> 0

    group by state_sets.state_rank, state_sets.low_bits, state_sets.high_bits

),

held_states as (

    select
        held.component_number,
        held.owner_number,
        array_sort(flatten(collect_set(named_states.states))) as states

    from int_exposure_states as held
    inner join named_states
        on named_states.state_rank = held.state_rank
        and named_states.low_bits = held.low_bits
        and named_states.high_bits = held.high_bits

    group by held.component_number, held.owner_number

),

payment_fields as (

    select
        bit_or(low_bit) as low_bits,
        bit_or(high_bit) as high_bits

    from landed_fields

    where is_payment

),

payments as (

    select distinct
        held.component_number,
        held.owner_number

    from int_exposure_states as held
    inner join landed_states as states on states.state_rank = held.state_rank
    cross join payment_fields

    where
        states.state <> 'masked'
        and ((held.low_bits & payment_fields.low_bits) <> 0 or (held.high_bits & payment_fields.high_bits) <> 0)

),

by_dataset as (

    select
        exposed.component_number,
        exposed.owner_number,
        published.dataset,
        published.processor,
        count(distinct published.first_record_number) as record_count

    from int_exposed_subjects as exposed
    inner join int_published_subjects as published on published.subject_number = exposed.subject_number

    group by exposed.component_number, exposed.owner_number, published.dataset, published.processor

),

sources as (

    select
        component_number,
        owner_number,
        cast(sum(record_count) as bigint) as record_count,
        collect_set(dataset) as datasets,
        collect_set(processor) as processors

    from by_dataset

    group by component_number, owner_number

)

select
    bits.component_number,
    bits.owner_number,
    readable.fields,
    protected.fields as protected_fields,
    held_states.states,
    payments.component_number is not null as has_payment_data,
    sources.record_count,
    sources.datasets,
    sources.processors

from bits
inner join field_sets as readable on readable.low_bits = bits.low_bits and readable.high_bits = bits.high_bits
inner join field_sets as protected
    on protected.low_bits = bits.protected_low_bits and protected.high_bits = bits.protected_high_bits
inner join held_states
    on held_states.component_number = bits.component_number and held_states.owner_number = bits.owner_number
inner join sources
    on sources.component_number = bits.component_number and sources.owner_number = bits.owner_number
left join payments
    on payments.component_number = bits.component_number and payments.owner_number = bits.owner_number
