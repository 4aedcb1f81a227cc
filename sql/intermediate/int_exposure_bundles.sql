-- One row per exposed person × owner: its bundle, the set of graded portions that were found of it.
-- Nearly everybody has one of a few bundles, so that what follows from a bundle alone is worked out once.

with

findings as (

    select
        component_number,
        owner_number,
        graded_portion_number

    from int_person_findings

),

extents as (

    select
        component_number,
        owner_number,
        min(graded_portion_number) as first_number,
        max(graded_portion_number) as last_number

    from findings

    group by component_number, owner_number

),

several as (

    select
        findings.component_number,
        findings.owner_number,
        cast(array_sort(collect_set(findings.graded_portion_number)) as varchar) as bundle

    from extents
    inner join findings
        on findings.component_number = extents.component_number and findings.owner_number = extents.owner_number

    where extents.first_number < extents.last_number

    group by findings.component_number, findings.owner_number

)

select
    extents.component_number,
    extents.owner_number,
    coalesce(several.bundle, cast(extents.first_number as varchar)) as bundle

from extents
left join several
    on several.component_number = extents.component_number and several.owner_number = extents.owner_number
