"""Which fields of whom: reached records → findings, and what is set aside (semantics, section 6; D15–D17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .model import GRADES, Finding, KeyRead, Node, Reached, weaker_grade
from .people import People
from .reach import best_key_read
from .records import mapped_columns, subjects_of

RecordRow = tuple[Node, str, str]  # node, brand, controller: the grain of exposed_records


@dataclass
class Findings:
    """What is exposed, and how many reached record rows are set aside for which reason."""

    exposed: list[Finding]
    set_aside: dict[RecordRow, str]


def delivered_fields(one: Reached, dataset: dict[str, Any], subject: str) -> list[tuple[str, str | None]]:
    """(field, state or None where nothing is held) of each column of a subject that was delivered (D11, D15)."""
    delivered: list[tuple[str, str | None]] = []
    for column, meaning in mapped_columns(dataset).items():
        if meaning["subject"] == subject and (one.columns is None or column in one.columns):
            state = one.record.held.get(column)
            delivered.append((meaning["field"], "partial" if state == "clear" and column in one.partial else state))
    if subject == "customer" and dataset.get("membership"):  # section 6: exposed with any read of the record
        delivered.append((dataset["membership"], "clear"))
    return delivered


def with_key_exposed(finding: Finding, key: KeyRead | None) -> list[Finding]:
    """`encrypted` becomes `encrypted_key_exposed` where the key was read, at the weaker grade and later instants (D16).

    Where that grade is weaker than the finding's own, the finding stays beside it: one more event may never lose a
    confirmed row (law 5).
    """
    if finding.state != "encrypted" or key is None:
        return [finding]
    grade = weaker_grade(finding.grade, key.grade)
    reasons = {one.reason for one in (finding, key) if one.grade == grade}
    exposed = Finding(
        finding.reached, finding.node, finding.person, finding.field, "encrypted_key_exposed", grade, min(reasons),
        max(finding.first_at, key.at), max(finding.last_at, key.at),
    )  # fmt: skip
    is_weaker = GRADES.index(grade) > GRADES.index(finding.grade)
    return [finding, exposed] if is_weaker else [exposed]


def findings_of(one: Reached, node: Node, person: str, fields: list[tuple[str, str | None]]) -> list[Finding]:
    """One finding per delivered column that held a value."""
    return [
        Finding(one, node, person, field, state, one.grade, one.reason, one.first_at, one.last_at)
        for field, state in fields
        if state is not None
    ]


def find_fields(reached: list[Reached], key_reads: list[KeyRead], people: People, incident: dict[str, Any]) -> Findings:
    """All findings; reached record rows without any are set aside with a reason, masked-only ones last (D17, law 2)."""
    findings: list[Finding] = []
    seen: dict[RecordRow, str] = {}
    for one in reached:
        dataset = incident["datasets"][one.record.dataset]
        key = best_key_read(one.record.dataset, key_reads)
        for subject in subjects_of(dataset):
            node = (one.record.dataset, one.record.key, subject)
            fields = delivered_fields(one, dataset, subject)
            found = findings_of(one, node, people.person_of[node], fields)
            findings += [finding for plain in found for finding in with_key_exposed(plain, key)]
            row = (node, one.record.brand, one.record.controller)
            status = "masked_only" if found else "no_value" if fields else "no_personal_field"
            ranks = ["masked_only", "no_value", "no_personal_field"]
            seen[row] = min(seen.get(row, status), status, key=ranks.index)
    unmasked = {finding.row for finding in findings if finding.state != "masked"}
    exposed = [finding for finding in findings if finding.row in unmasked]
    rows = {(one.node, one.reached.record.brand, one.reached.record.controller) for one in exposed}
    return Findings(exposed, {row: status for row, status in seen.items() if row not in rows})
