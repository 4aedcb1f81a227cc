-- One row per record × subject that lives, fully named, at an address of those who were linked last.

with

names as (

    select
        names.record_number,
        names.subject,
        names.given_name,
        names.family_name,
        names.postcode,
        names.address

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null

    union all

    select
        record_number,
        subject,
        given_name,
        family_name,
        postcode,
        address

    from int_name_versions

),

addresses as (

    select distinct
        address,
        coalesce(postcode, '') as postcode

    from int_newest_names

    where given_name is not null and family_name is not null and address is not null

)

select
    names.record_number,
    names.subject

from addresses
inner join names on names.address = addresses.address and coalesce(names.postcode, '') = addresses.postcode

where length(names.given_name) > 1 and names.family_name is not null
