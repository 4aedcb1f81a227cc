-- One row per exposed person × owner × strand: what stands behind the fields it tells of.
-- Instants, access and events are those of the findings of the strand (semantics, section 7).

with

findings as (

    select
        findings.component_number,
        findings.owner_number,
        bundles.bundle,
        strands.strand,
        findings.event_number,
        findings.access_rank,
        findings.grade_reason,
        findings.first_at,
        findings.last_at,
        findings.event_count

    from int_person_findings as findings
    inner join int_exposure_bundles as bundles
        on bundles.component_number = findings.component_number and bundles.owner_number = findings.owner_number
    inner join int_strands as strands
        on strands.bundle = bundles.bundle and strands.graded_portion_number = findings.graded_portion_number

),

by_event as (

    select
        component_number,
        owner_number,
        bundle,
        strand,
        event_number,
        min(grade_reason) as grade_reason,
        min(access_rank) as access_rank,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count

    from findings

    group by component_number, owner_number, bundle, strand, event_number

)

select
    component_number,
    owner_number,
    bundle,
    strand,
    min(grade_reason) as grade_reason,
    min(access_rank) as access_rank,
    min(first_at) as first_at,
    max(last_at) as last_at,
    cast(sum(event_count) as bigint) as event_count

from by_event

group by component_number, owner_number, bundle, strand
