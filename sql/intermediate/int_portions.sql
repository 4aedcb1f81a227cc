-- One row per portion: the part of a delivery whose values share one fate.
-- Semantics, section 6: values stored encrypted become readable once their key was read, the others never change. A
-- delivery has up to three: what was not encrypted, what was, and the same opened by its key (`is_opened`).

with

held as (

    select
        deliveries.delivery_number,
        deliveries.dataset,
        states.state = 'encrypted' as is_encrypted,
        max(case when states.state = 'masked' then 0 else 1 end) = 0 as is_masked

    from int_delivered_fields as delivered
    inner join int_deliveries as deliveries
        on deliveries.dataset = delivered.dataset
        and deliveries.shape = delivered.shape
        and deliveries.projection = delivered.projection
        and deliveries.subject = delivered.subject
    inner join landed_states as states on states.state_rank = delivered.state_rank

    group by deliveries.delivery_number, deliveries.dataset, states.state = 'encrypted'

)

select
    delivery_number * 3 + case when is_encrypted then 1 else 0 end as portion_number,
    delivery_number,
    dataset,
    is_encrypted,
    false as is_opened,
    is_masked

from held

union all

select
    delivery_number * 3 + 2 as portion_number,
    delivery_number,
    dataset,
    false as is_encrypted,
    true as is_opened,
    false as is_masked

from held

where is_encrypted
