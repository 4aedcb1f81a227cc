"""Faults seeded in the SQL of findings: what was found of whom, and what each was found in."""

from __future__ import annotations

from tests.checks.sql_fault import SqlFault

FINDING_FAULTS = (
    SqlFault(
        "fields of one subject go to another",
        "int_found_deliveries",
        " and record_subjects.subject = deliveries.subject",
        " and record_subjects.subject < deliveries.subject",
        "int_found_deliveries.everybody_whose_record_was_reached_is_found",
    ),
    SqlFault(
        "health data is lost consistently everywhere",
        "int_portion_fields",
        "    from int_delivered_fields as fields\n",
        "    from (select * from int_delivered_fields where field_number <>"
        " (select field_number from landed_fields where field = 'health')) as fields\n",
        "int_portion_fields.every_delivered_field_is_in_a_portion",
    ),
    SqlFault(
        "half of what was found is no finding",
        "int_findings",
        "    from int_found_deliveries as found\n",
        "    from (select * from int_found_deliveries where delivery_number % 2 = 0) as found\n",
        "int_findings.every_value_that_was_found_is_a_finding",
    ),
    SqlFault(
        "whoever was found in several ways is found in one",
        "int_exposure_bundles",
        "where extents.first_number < extents.last_number",
        "where extents.first_number > extents.last_number",
        "int_bundle_portions.every_finding_is_in_its_bundle",
    ),
    SqlFault(
        "a field is as sure as its weakest finding",
        "int_bundle_fields",
        "min(grade_rank) as grade_rank",
        "max(grade_rank) as grade_rank",
        "int_bundle_fields.grade_is_the_best_of_its_findings",
    ),
    SqlFault(
        "what nobody saw stands behind no field",
        "int_exposed_strands",
        "strands.graded_portion_number = findings.graded_portion_number",
        "strands.graded_portion_number = findings.graded_portion_number and findings.event_number is not null",
        "int_exposed_strands.every_field_has_its_strand",
    ),
    SqlFault(
        "masked values stand alone",
        "int_person_findings",
        "    where not is_masked\n",
        "",
        "int_person_findings.masked_never_stands_alone",
    ),
    SqlFault(
        "whoever lost but one kind of field is left out",
        "int_person_findings",
        "    where not is_masked\n",
        "    where not is_masked and portion_number % 2 = 0\n",
        "int_person_findings.every_finding_that_can_stand_alone_stands",
    ),
)
