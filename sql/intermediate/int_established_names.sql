-- One row per name that several families, or several given names, have in these records: a name, not a slip of the pen.
-- Two established names that differ in a letter (Martin, Marvin) are two names; a spelling that occurs in one family
-- only may be a slip. What is a name is learnt from everybody.

with

names as (

    select
        names.given_name,
        names.family_name

    from landed_names as names
    left join stg_repeated_records as repeated on repeated.record_number = names.record_number

    where repeated.record_number is null

    union all

    select
        given_name,
        family_name

    from int_name_versions

),

parts as (

    select 'given' as part

    union all

    select 'family' as part

),

-- one pass over all names, each by both its words
met as (

    select
        parts.part,
        case when parts.part = 'given' then names.given_name else names.family_name end as name,
        case when parts.part = 'given' then names.family_name else names.given_name end as other_name

    from names
    cross join parts

    where length(names.given_name) > 1 and names.family_name is not null

)

select
    met.part,
    met.name

from met
inner join int_questioned_names as asked on asked.part = met.part and asked.name = met.name

where met.part = 'family' or (asked.after_name < met.other_name and met.other_name < asked.before_name)

group by met.part, met.name

having met.part = 'given' or count(distinct case when met.part = 'family' then met.other_name end) >= 3
