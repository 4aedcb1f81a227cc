-- One row per list of what ties a record to its person that is empty or holds something that nobody knows.
--
-- The number of lists is asked for so that each is judged once, after they were counted down: what is asked of a list
-- alone would be asked of every record's, `materialized` or not.

with bases as (

    select
        link_basis,
        count(*) over () as list_count

    from (select distinct link_basis from exposed_records) as lists

)

select link_basis

from bases

where
    len(link_basis) = 0
    or not list_has_all(
        [
            'address', 'alone', 'bank_account', 'card_number', 'customer_number', 'decision', 'declared',
            'driving_licence_number', 'email', 'iban', 'insurance_number', 'loyalty_number', 'name_birth',
            'name_birth_address', 'name_birth_city', 'name_birth_postcode', 'national_id', 'passport_number',
            'phone', 'social_security_number', 'tax_id'
        ],
        link_basis
    )
