-- One row per name that several families, or several given names, have in these records: a name, not a slip of the pen.
-- Two established names that differ in a letter (Martin, Marvin) are two names; a spelling that occurs in one family
-- only may be a slip.

with

subjects as (

    select
        given_name,
        family_name

    from int_subjects

    where length(given_name) > 1 and family_name is not null

)

select
    'given' as part,
    given_name as name

from subjects

group by given_name

having count(distinct family_name) >= 3

union all

select
    'family' as part,
    family_name as name

from subjects

group by family_name

having count(distinct given_name) >= 3
