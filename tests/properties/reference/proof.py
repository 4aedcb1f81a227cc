"""Findings → the events and intervals that show each exposed record, down to the column (semantics, section 9)."""

from __future__ import annotations

from typing import Any

from .findings import Findings
from .marts import Row, published_key
from .model import Event, Node, Reached
from .records import mapped_columns

Proof = tuple[Node, tuple[str, str, str], int]


def delivered_state(one: Reached, name: str) -> str:
    """A readable value of which only some bytes arrived is partial (section 6; D15)."""
    state = one.record.held[name]
    return "partial" if state == "clear" and name in one.partial else state


def delivered_columns(one: Reached, node: Node, incident: dict[str, Any]) -> list[str]:
    """`field:state:column` of every column of a subject that was delivered holding a value; no column for membership."""
    dataset = incident["datasets"][node[0]]
    columns = [
        f"{meaning['field']}:{delivered_state(one, name)}:{name}"
        for name, meaning in mapped_columns(dataset).items()
        if meaning["subject"] == node[2] and (one.columns is None or name in one.columns) and name in one.record.held
    ]
    if node[2] == "customer" and dataset.get("membership"):
        columns.append(f"{dataset['membership']}:clear:")
    return sorted(columns)


def make_evidence(findings: Findings, incident: dict[str, Any], person_key: str) -> list[Row]:
    """One row per exposed record × subject × brand × controller × what shows it, without repetition."""
    shown: dict[Proof, Reached] = {}
    for one in findings.exposed:
        shown[one.node, one.row, id(one.reached)] = one.reached
    rows: list[Row] = []
    for (node, (person, brand, controller), _), one in shown.items():
        row = {
            "dataset": node[0],
            "record_key": published_key(node[0], node[1], incident, person_key),
            "subject": node[2],
            "person_id": person,
            "brand": brand,
            "controller": controller,
            "grade": one.grade,
            "grade_reason": one.reason,
            "access": one.access,
            "first_exposed_at": one.first_at,
            "last_exposed_at": one.last_at,
            "delivered_columns": delivered_columns(one, node, incident),
        } | line_of(one.event)
        if row not in rows:
            rows.append(row)
    return rows


def line_of(event: Event | None) -> Row:
    """Where the event stands; nowhere for what nobody saw."""
    return {name: getattr(event, name) if event else None for name in ("log", "file", "line")}
