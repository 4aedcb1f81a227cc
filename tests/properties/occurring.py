"""Which of the words that matter occurred in a run of generated incidents, and how often."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reference.model import ACCESSES, GRADES, REACH_KINDS, STATES, VERDICTS

Tables = dict[str, list[dict[str, Any]]]

EXPECTED: dict[str, list[str]] = {
    "verdict": VERDICTS,
    "grade": GRADES,
    "state": STATES,
    "access": ACCESSES,
    "reach_kind": REACH_KINDS,
    "reason": [
        "exact_reach", "aborted", "ambiguous_time", "empty_filter", "fewer_rows_logged", "log_gap", "partial_content",
        "stand_in", "unattributed", "unknown_action", "unknown_columns", "unknown_outcome", "unlogged_copy",
        "unreadable_filter", "intercepted", "open_interval", "date_only", "unknown_device", "unreadable_time",
        "unread_page", "page_rows_differ", "fewer_bytes_logged",
    ],
    "time_reading": ["exact", "ambiguous", "nonexistent"],
    "unresolved": [
        "no_dataset_claims_the_resource", "no_such_record", "no_record_at_that_instant", "no_record_matches", "no_record_on_that_page",
    ],
    "set_aside": ["masked_only", "no_value", "no_personal_field"],
    "link_basis": [
        "alone", "declared", "decision", "email", "phone", "address", "national_id", "name_birth", "name_birth_postcode",
        "name_birth_address", "name_birth_city",
    ],
    "coverage": ["complete", "deleted", "rolled_over", "not_collected", "not_enabled", "undeclared", "stopped",
        "lines_missing", "no_data_events", "sampled", "throttled", "late"],
    "line": ["event", "delivered_again", "rejected"],
    "question": [
        "intruder_outside_window", "intruder_and_trusted", "unreadable_address", "ambiguous_time", "unknown_action", "unknown_outcome",
        "unreadable_amount", "log_without_events", "selector_without_events",
        "resource_unclaimed", "reached_nobody", "row_count_mismatch", "byte_count_mismatch", "log_gap", "coverage_undeclared",
        "coverage_contradicted", "log_incomplete", "no_data_events", "log_scope_changed", "silent_stretch", "log_edge",
        "dataset_without_log", "unlogged_copy", "interception_outside_window", "open_interception", "device_without_transactions",
        "unreadable_transaction_time", "unknown_device", "rejected_lines", "unknown_state", "unmapped_column", "contradiction",
        "shared_value", "no_contact", "brand_unknown",
    ],
    "run_verdict": ["customer_data_read", "no_customer_data_read", "undetermined"],
}  # fmt: skip

Occurred = Counter[tuple[str, str]]


def occurred_in(tables: Tables) -> set[tuple[str, str]]:
    """The words of one incident's tables, by kind."""
    found = {("verdict", row["outcome"]) for row in tables["funnel"] if row["stage"] == "events"}
    found |= {("line", row["outcome"]) for row in tables["funnel"] if row["stage"] == "lines"}
    found |= {("set_aside", row["outcome"]) for row in tables["funnel"] if row["stage"] == "records"}
    for kind, table, column in [
        ("grade", "exposure_fields", "grade"), ("state", "exposure_fields", "state"),
        ("access", "exposure_fields", "access"), ("reason", "exposure_fields", "grade_reason"),
        ("reach_kind", "accesses", "reach_kind"), ("time_reading", "accesses", "time_reading"),
        ("unresolved", "unresolved", "reason"), ("link_basis", "links", "link_basis"),
        ("coverage", "coverage", "status"), ("question", "open_questions", "kind"),
        ("run_verdict", "verdict", "verdict"),
    ]:  # fmt: skip
        found |= {(kind, row[column]) for row in tables[table] if row[column] is not None}
    return found


def never_occurred(occurred: Occurred) -> list[tuple[str, str]]:
    """The expected words that no incident brought up."""
    return [(kind, word) for kind, words in EXPECTED.items() for word in words if not occurred[kind, word]]


def report(occurred: Occurred) -> str:
    """One line per kind: each word and in how many incidents it occurred."""
    return "\n".join(
        f"{kind}: " + ", ".join(f"{word} {occurred[kind, word]}" for word in words) for kind, words in EXPECTED.items()
    )
