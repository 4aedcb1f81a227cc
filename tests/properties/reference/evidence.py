"""Events → the tables about evidence: accesses, unresolved, coverage, funnel (semantics, section 9; D13, D14)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .coverage import GAPS, SHOWN, Piece, only_shown_by
from .findings import Findings
from .marts import Row, published_key
from .model import REACH_KINDS, Event, Reached, best_grade, strongest_access
from .reach import Evidence, derived_bytes, distinct_records


def place_of(event: Event) -> Row:
    """Where an event stands and when it was: its earliest reading in the window."""
    return {
        "log": event.log, "file": event.file, "line": event.line, "occurred_at": min(event.in_window),
        "attribution": event.attribution,
    }  # fmt: skip


def make_access(event: Event, reached: list[Reached], evidence: Evidence) -> Row:
    """One event that reached customer data or a key, with its evidence (section 9)."""
    keys = [one for one in evidence.key_reads if one.event is event]
    reasons = [(one.grade, one.reason) for one in reached] + [(one.grade, one.reason) for one in keys]
    grade = best_grade([one for one, _ in reasons])
    unlocking = [one.access for one in event.reaches if one.unlocks and not one.is_other_content]
    kinds = {one.kind for one in reached}
    inexact = [one for one in reached if one.reasons] + [one for one in keys if event.reasons or is_cut(event)]
    return place_of(event) | {
        "time_reading": event.time_reading,
        "verdict": event.verdict,
        "access": strongest_access([one.access for one in reached] + unlocking),
        "reach_kind": next((kind for kind in REACH_KINDS if kind in kinds), None),
        "datasets": sorted({one.record.dataset for one in reached} | {one.dataset for one in keys}),
        "is_exact": not inexact,
        "grade": grade,
        "grade_reason": min(reason for one, reason in reasons if one == grade),
        "logged_row_count": event.row_count,
        "derived_record_count": len(distinct_records(reached)),
        "logged_byte_count": event.byte_count,
        "derived_byte_count": derived_bytes(event),
    }


def is_cut(event: Event) -> bool:
    """Only one of two readings lies in the window (D2)."""
    return len(event.in_window) < len(event.readings)


def make_accesses(evidence: Evidence) -> list[Row]:
    """One row per event with verdict `reached` or `key_read` (section 9)."""
    return [
        make_access(event, [one for one in evidence.reached if one.event is event], evidence)
        for event in evidence.events
        if event.verdict in ("reached", "key_read")
    ]


def make_unresolved(evidence: Evidence, incident: dict[str, Any], person_key: str) -> list[Row]:
    """What was asked for and reached nobody; keys that look like an address or a blob are withheld (D13, D23)."""
    rows = []
    for event, dataset, kind, key, reason in evidence.unresolved:
        shown = published_key(dataset, key, incident, person_key) if dataset and key else None
        if key and ("@" in key or len(key) > 64):
            shown = None
        rows.append(place_of(event) | {"dataset": dataset, "reach_kind": kind, "record_key": shown, "reason": reason})
    return rows


def make_coverage(evidence: Evidence, incident: dict[str, Any], covered: dict[str, list[Piece]]) -> list[Row]:
    """Every log × stretch of the window, declared, shown or neither (section 9)."""
    rows = []
    for name in incident["logs"]:
        events = [event for event in evidence.events if event.log == name]
        instants = [min(event.in_window) for event in events if event.in_window]
        for piece in covered[name]:
            basis = "none" if piece.status == "undeclared" else "shown" if piece.status in SHOWN else "declared"
            rows.append({
                "log": name,
                "from_at": piece.start,
                "until_at": piece.end,
                "status": piece.status,
                "declared_status": piece.declared,
                "basis": basis,
                "is_gap": piece.status in GAPS,
                "is_silent": piece.is_silent,
                "datasets": only_shown_by(name, piece, incident, covered),
                "first_event_at": min(instants, default=None),
                "last_event_at": max(instants, default=None),
                "event_count": sum(piece.start <= at < piece.end for at in instants),
            })  # fmt: skip
    return rows


def make_funnel(
    evidence: Evidence, findings: Findings, tables: dict[str, list[Row]], again: int, rejected: int
) -> list[Row]:
    """Lines → events → verdicts → grades → records → people, every count under one outcome (laws 1, 2 and 7)."""
    counts: Counter[tuple[str, str]] = Counter()
    counts["lines", "event"] = len(evidence.events)
    counts["lines", "delivered_again"] = again
    counts["lines", "rejected"] = rejected
    counts.update(("events", event.verdict) for event in evidence.events)
    counts.update(("reading", row["grade"]) for row in tables["accesses"])
    counts["records", "exposed"] = len(tables["exposed_records"])
    counts.update(("records", status) for status in findings.set_aside.values())
    counts["records", "unresolved"] = len(tables["unresolved"])
    counts["people", "exposed"] = len(tables["people"])
    counts["people", "exposed_brand_rows"] = len(tables["exposures"])
    return [
        {"stage": stage, "outcome": outcome, "item_count": count} for (stage, outcome), count in counts.items() if count
    ]
