"""How two sets of published tables are compared: as bags of rows, lists as sets, sentences and hashes left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Frozen = tuple[tuple[str, Any], ...]

# Not compared: free text, and ids whose making is the pipeline's own.
LEFT_OUT = {
    "rejects": {"reason"},
    "open_questions": {"question", "question_id"},
    "accesses": {"event_id"},
    "unresolved": {"event_id"},
    "exposed_records": {"evidence_id"},
}


def freeze(row: Row, left_out: set[str]) -> Frozen:
    """A row that can be counted; a list's order means nothing."""
    return tuple(
        (name, tuple(sorted(value)) if isinstance(value, list) else value)
        for name, value in sorted(row.items())
        if name not in left_out
    )


def count_rows(rows: list[Row], left_out: set[str]) -> Counter[Frozen]:
    """How often each row occurs."""
    return Counter(freeze(row, left_out) for row in rows)


def describe(rows: Counter[Frozen], others: Counter[Frozen], name: str) -> list[str]:
    """Rows without a partner, each with the columns in which it differs from the nearest row of the other side."""
    lines = []
    for row in rows:
        nearest = min(others, key=lambda other: len(set(row) ^ set(other)), default=())
        theirs = dict(nearest)
        different = {column: (value, theirs.get(column)) for column, value in row if value != theirs.get(column)}
        lines.append(f"  {name}: {dict(row)}" if len(different) > 6 else f"  {name}: {dict(row)}\n    but {different}")
    return lines


def without_keyless_keys(tables: Tables) -> Tables:
    """The tables with the keys of rows without a key, and the person ids that hang on them, by content instead.

    How such a key is made is the pipeline's own, and with it the person ids that are anchored on one.
    """
    plain = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for rows in plain.values():
        for row in rows:
            if str(row.get("record_key") or "").startswith("#"):
                row["record_key"] = "#"
    content: dict[str, list[str]] = {}
    for table in ("exposed_records", "contacts"):
        for row in plain[table]:
            content.setdefault(row["person_id"], []).append(repr(freeze(row, {"person_id", "evidence_id"})))
    for rows in plain.values():
        for row in rows:
            if "person_id" in row:
                text = "\n".join(sorted(content.get(row["person_id"], [])))
                row["person_id"] = hashlib.sha256(text.encode()).hexdigest()[:12]
    return plain


def differences(expected: Tables, found: Tables) -> list[str]:
    """What the tables disagree about, as sentences; nothing if they agree."""
    problems: list[str] = []
    for table in sorted(found):
        left_out = LEFT_OUT.get(table, set())
        want, have = count_rows(expected[table], left_out), count_rows(found[table], left_out)
        if want != have:
            problems.append(f"{table}:")
            problems += describe(want - have, have, "only the reference")
            problems += describe(have - want, want, "only the pipeline")
    return problems
