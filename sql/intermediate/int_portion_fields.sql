-- One row per portion × field × state: what was in reach, and whether it can be read.

with

delivered as (

    select
        deliveries.delivery_number,
        fields.field_number,
        fields.state_rank,
        states.state = 'encrypted' as is_encrypted

    from int_delivered_fields as fields
    inner join int_deliveries as deliveries
        on deliveries.dataset = fields.dataset
        and deliveries.shape = fields.shape
        and deliveries.projection = fields.projection
        and deliveries.subject = fields.subject
    inner join landed_states as states on states.state_rank = fields.state_rank

),

held as (

    select
        portions.portion_number,
        delivered.field_number,
        case when portions.is_opened then opened.state_rank else delivered.state_rank end as state_rank

    from int_portions as portions
    inner join delivered
        on delivered.delivery_number = portions.delivery_number
        and delivered.is_encrypted = (portions.is_encrypted or portions.is_opened)
    inner join landed_states as opened on opened.state = 'encrypted_key_exposed'

)

select
    held.portion_number,
    held.field_number,
    held.state_rank,
    states.is_readable

from held
inner join landed_states as states on states.state_rank = held.state_rank
