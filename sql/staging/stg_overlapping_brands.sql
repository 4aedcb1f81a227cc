-- One row per brand × controller that the inputs spell in more than one way.
-- Brands that differ only in upper and lower case would be two letters to one customer (semantics, section 12): the run
-- stops on any row here.

with

owners as (

    select
        lower(brand) as folded_brand,
        lower(controller) as folded_controller,
        brand

    from stg_owners

)

select
    folded_brand,
    folded_controller,
    min(brand) as brand,
    max(brand) as other_brand

from owners

group by folded_brand, folded_controller

having count(*) > 1
