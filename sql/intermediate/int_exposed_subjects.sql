-- One row per exposed record × subject × owner: the grain at which nothing is lost.
-- A record's own best grade, and what stands behind it.

with

findings as (

    select
        findings.component_number,
        findings.subject_number,
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
    inner join int_subject_bundles as bundles
        on bundles.subject_number = findings.subject_number and bundles.owner_number = findings.owner_number
    inner join int_bundles as contents
        on contents.bundle = bundles.bundle and contents.grade_rank = findings.grade_rank

),

by_event as (

    select
        component_number,
        subject_number,
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

    group by component_number, subject_number, owner_number, bundle, grade_rank, event_number

)

select
    component_number,
    subject_number,
    owner_number,
    bundle,
    grade_rank,
    min(grade_reason) as grade_reason,
    min(access_rank) as access_rank,
    min(first_at) as first_at,
    max(last_at) as last_at,
    cast(sum(event_count) as bigint) as event_count

from by_event

group by component_number, subject_number, owner_number, bundle, grade_rank
