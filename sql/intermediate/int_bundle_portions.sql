-- One row per bundle × graded portion in it.

with

by_record as (

    select
        bundle,
        min(subject_number) as subject_number,
        min_by(owner_number, subject_number) as owner_number

    from int_subject_bundles

    group by bundle

),

by_person as (

    select
        bundle,
        min(component_number) as component_number,
        min_by(owner_number, component_number) as owner_number

    from int_exposure_bundles

    group by bundle

)

select
    by_record.bundle,
    findings.graded_portion_number,
    findings.portion_number,
    findings.grade_rank

from by_record
inner join int_person_findings as findings
    on findings.subject_number = by_record.subject_number and findings.owner_number = by_record.owner_number

union

select
    by_person.bundle,
    findings.graded_portion_number,
    findings.portion_number,
    findings.grade_rank

from by_person
inner join int_person_findings as findings
    on findings.component_number = by_person.component_number and findings.owner_number = by_person.owner_number
