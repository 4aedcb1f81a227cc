-- One row per person × brand: the fields that were read, as bits. What a script written in the night would do: no
-- window, no rejects, no grades, no evidence; a person is an e-mail address. DuckDB and Spark read it alike.
with reads as (
    select
        cast(happened_at as timestamp) as read_at,
        regexp_extract(path, '^/customers/([^/]+)$', 1) as customer,
        regexp_extract(path, '^/members/([^/]+)$', 1) as member,
        regexp_extract(path, '^/lists/([^/]+)/export$', 1) as list
    from events
    where status = 200 and ip like '203.0.113.%'
),

reached as (
    select distinct
        coalesce(lower(trim(crm.email)), crm.id) as person,
        crm.brand,
        case when crm.first is null then 0 else 1 end + case when crm.last is null then 0 else 2 end
        + case when crm.email is null then 0 else 4 end + case when crm.phone is null then 0 else 8 end
        + case when crm.born is null then 0 else 16 end + case when crm.card is null then 0 else 32 end as fields
    from crm
    inner join reads on reads.customer = crm.id
    where
        (crm.joined_at is null or crm.joined_at <= reads.read_at) and (crm.left_at is null or reads.read_at < crm.left_at)
    union all
    select
        coalesce(lower(trim(mailing.email)), mailing.customer, mailing.id) as person,
        mailing.brand,
        case when mailing.first is null then 0 else 1 end + case when mailing.last is null then 0 else 2 end
        + case when mailing.email is null then 0 else 4 end + 64 as fields
    from mailing
    where mailing.id in (select member from reads) or mailing.list in (select list from reads)
)

select
    person,
    brand,
    bit_or(fields) as fields
from reached
group by person, brand
