-- One row per exposed person × brand × controller: its best grade, and what stands behind it.
-- A row's grade is its best field's (semantics, section 7): what is less sure neither dates it nor counts.

with

findings as (

    select
        findings.component_number,
        findings.owner_number,
        bundles.bundle,
        findings.grade_rank,
        findings.grade_reason,
        findings.event_number,
        findings.access_rank,
        findings.first_at,
        findings.last_at,
        findings.event_count

    from int_person_findings as findings
    inner join int_exposure_bundles as bundles
        on bundles.component_number = findings.component_number and bundles.owner_number = findings.owner_number
    inner join int_bundles as contents
        on contents.bundle = bundles.bundle and contents.grade_rank = findings.grade_rank

),

by_event as (

    select
        component_number,
        owner_number,
        bundle,
        grade_rank,
        event_number,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count

    from findings

    group by component_number, owner_number, bundle, grade_rank, event_number

)

select
    component_number,
    owner_number,
    bundle,
    grade_rank,
    min(grade_reason) as grade_reason,
    min(access_rank) as access_rank,
    min(first_at) as first_at,
    max(last_at) as last_at,
    cast(sum(event_count) as bigint) as event_count

from by_event

group by component_number, owner_number, bundle, grade_rank
