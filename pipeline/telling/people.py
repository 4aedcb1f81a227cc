"""What `scope people` tells: who was kept apart, or what ties one person's records.

Ids are told whole, each case on lines of its own: a table of them has no room in a narrow terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.kept_apart import Table
from pipeline.telling.parts import Part, counted, heading, indented, line

Row = Mapping[str, str]

TITLES = {
    "cases": "Kept apart though they share something, and what contradicts",
    "records": "Records, what ties them to others of the person, and what was blocked",
    "others": "Others who share something and are kept apart",
    "changes": "Ids that changed since the run before",
}
CONFLICTS = {
    "names": ("name", "names"),
    "secondary": ("birth date", "birth dates"),
    "primary_ids": ("primary identifier", "primary identifiers"),
    "decided": ("decision", "decisions"),
}


def tell_people(found: dict[str, Table]) -> list[Part]:
    """Draw each table that has rows; say so where none has."""
    parts: list[Part] = []
    for name, held in found.items():
        if held["rows"]:
            rows = [dict(zip(held["columns"], row, strict=True)) for row in held["rows"]]
            parts += [heading(TITLES[name]), *(part for row in rows for part in TOLD[name](row))]
            parts += [line("  and more: --json and `scope query` show all")] if held["is_cut"] else []
    return parts or [line("Nobody was kept apart from anybody, and no id changed.")]


def _case(row: Row) -> list[Part]:
    told = [counted(int(row[name]), *words) for name, words in CONFLICTS.items() if int(row[name])]
    return [
        indented(line(f"{row['person_id']} and {row['other_person_id']}")),
        indented(line(f"share {row['shared']}; against it: {', '.join(told) or 'too little is known'}"), by=4),
    ]


def _record(row: Row) -> list[Part]:
    subject = "" if row["subject"] == "customer" else f", its {row['subject']}"
    tied = f"tied by {row['tied_by']}" if row["tied_by"] not in ("", "alone") else "tied to no other"
    blocked = f"; blocked: {row['blocked']}" if row["blocked"] else ""
    return [indented(line(f"{row['dataset']}:{row['record_key']}{subject}: {tied}{blocked}"))]


def _change(row: Row) -> list[Part]:
    records = counted(int(row["record_count"]), "record", "records")
    became = "became" if row["change"] == "merged" else "gave some records to"
    return [indented(line(f"{row['previous_person_id']} {became} {row['person_id']} ({row['change']}, {records})"))]


TOLD: dict[str, Callable[[Row], list[Part]]] = {
    "cases": _case, "records": _record, "others": _case, "changes": _change,
}  # fmt: skip
