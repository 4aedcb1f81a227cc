-- One row per e-mail address that intake landed and that may stand in a published table as something else.
--
-- Only texts with an @ can be equal to an address with one: hundreds of thousands are looked through only for those.

with addresses as (

    select contact_value as address from landed_identifiers where kind = 'email'

    union all

    select value as address from landed_identifiers where kind = 'email'

),

texts as (

    select record_key as text from exposed_records where contains(record_key, '@')

    union

    select record_key as text from links where contains(record_key, '@')

)

select distinct address

from addresses

where not contains(address, '@') or address in (select text from texts)
