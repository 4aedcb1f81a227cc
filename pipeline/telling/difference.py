"""What `scope diff` tells: what went in otherwise, and then whom that added, changed or took away, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.telling.parts import Part, counted, heading, indented, line, table

Facts = Mapping[str, Any]

MOST = 20
CHANGES = {
    "gained": "gained fields",
    "lost": "lost fields",
    "surer": "fields became surer",
    "less_sure": "fields became less sure",
}


def tell_difference(found: Facts) -> list[Part]:
    """Draw the difference: the counts first, then each kind of change by id, twenty of each at most."""
    old, new = found["counts"]["old"], found["counts"]["new"]
    parts = [
        line(_verdict(found), "bold"),
        line(f"old: {found['old']}, {_count(old)}"),
        line(f"new: {found['new']}, {_count(new)}"),
        heading("What went in otherwise"),
    ]
    changed = [(row["part"], row["name"], row["what"]) for row in found["changed_inputs"][:MOST]]
    parts += [table(("part", "which", "what"), changed, wide="which")] if changed else [indented(line("nothing"))]
    parts += _more(found["changed_inputs"])
    parts += _part("Added", found["added"], _added)
    parts += _part("Gone", found["gone"], _gone)
    parts += _part("Records gone of those who stay", found["records"], _record)
    for change, title in CHANGES.items():
        rows = [row for row in found["fields"] if row["change"] == change]
        parts += _part(f"{title[0].upper()}{title[1:]}", rows, _fields)
    parts += _part("Grade changed", found["grades"], _grade)
    parts += _part("Other ids", found["regrouped"], _regrouped)
    return parts


def _verdict(found: Facts) -> str:
    rows = [*found["added"], *found["gone"], *found["fields"], *found["grades"], *found["regrouped"]]
    rows += found["records"]
    if not rows:
        return "NOTHING ABOUT ANYBODY CHANGED."
    lost = found["confirmed_gone"]
    told = f"{len(found['added']):,} ADDED, {len(found['gone']):,} GONE."
    if lost:
        return f"{told} {counted(lost, 'confirmed exposure', 'confirmed exposures')} gone: decide."
    records = found["confirmed_records_gone"]
    gone = counted(records, "confirmed record", "confirmed records")
    return f"{told} {gone} gone of people who stay: decide." if records else told


def _count(run: Facts) -> str:
    return f"{counted(run['people'], 'person', 'people')}, {counted(run['exposures'], 'row', 'rows')}"


def _part(title: str, rows: Sequence[Facts], told: Callable[[Facts], str]) -> list[Part]:
    if not rows:
        return []
    shown: list[Part] = [indented(line(told(row))) for row in rows[:MOST]]
    return [heading(f"{title}: {len(rows):,}"), *shown, *_more(rows)]


def _more(rows: Sequence[Facts]) -> list[Part]:
    return [indented(line(f"… and {len(rows) - MOST:,} more; --json has all"))] if len(rows) > MOST else []


def _whose(row: Facts) -> str:
    return f"{row['person_id']}  {row['brand']} ({row['controller']})"


def _added(row: Facts) -> str:
    known = ", known under another brand before" if row["is_known_person"] else ""
    return f"{_whose(row)}: {row['grade']}{known}; {', '.join(row['fields'])}"


def _gone(row: Facts) -> str:
    return f"{_whose(row)}: was {row['grade']}{_because(row)}"


def _record(row: Facts) -> str:
    subject = "" if row["subject"] == "customer" else f", its {row['subject']}"
    return f"{_whose(row)}: {row['dataset']}:{row['record_key']}{subject} was {row['grade']}{_because(row)}"


def _fields(row: Facts) -> str:
    return f"{_whose(row)}: {', '.join(row['fields'])}{_because(row)}"


def _grade(row: Facts) -> str:
    return f"{_whose(row)}: {row['old_grade']} → {row['new_grade']}{_because(row)}"


def _because(row: Facts) -> str:
    if "why" not in row:
        return ""
    return f"; {'; '.join(row['why'])}" if row["why"] else "; by what went in otherwise"


def _regrouped(row: Facts) -> str:
    return f"{row['old_person_id']} → {row['new_person_id']}: {row['change']}"
