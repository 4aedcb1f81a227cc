"""What `scope people` tells: who was kept apart, or what ties one person's records."""

from __future__ import annotations

from pipeline.kept_apart import Table
from pipeline.telling.parts import Part, heading, line, table

TITLES = {
    "cases": "Kept apart, and what contradicts: how often in names, birth dates, primary identifiers, decisions",
    "records": "Records, what ties them to others of the person, and what was blocked",
    "others": "Others who share something and are kept apart",
    "changes": "Ids that changed since the run before",
}
NUMBERS = ("names", "secondary", "primary_ids", "decided", "times", "record_count")


def tell_people(found: dict[str, Table]) -> list[Part]:
    """Draw each table that has rows; say so where none has."""
    parts: list[Part] = []
    for name, held in found.items():
        if held["rows"]:
            numbers = tuple(column for column in held["columns"] if column in NUMBERS)
            parts += [heading(TITLES[name]), table(tuple(held["columns"]), held["rows"], numbers=numbers)]
            parts += [line("  and more: --json and `scope query` show all")] if held["is_cut"] else []
    return parts or [line("Nobody was kept apart from anybody, and no id changed.")]
