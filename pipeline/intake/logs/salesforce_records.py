"""Which records a real-time event of Salesforce lists: its JSON of rows → record keys, in the form exports have.

A record id of fifteen characters becomes the eighteen of exports; the three that are added say which letters are
capitals (the vendor's article on record ids). Only ids of the kind of object that was asked for count, for a row of a
report also names owners and parents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.intake.json_fields import parsed

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_PREFIXES = {
    "account": "001", "contact": "003", "opportunity": "006", "case": "500", "lead": "00Q", "user": "005",
    "campaign": "701", "campaignmember": "00v", "order": "801", "contract": "800", "asset": "02i", "individual": "0PK",
    "task": "00T", "event": "00U", "emailmessage": "02s",
}  # fmt: skip


def long_id(text: str) -> str | None:
    """Write a record id with eighteen characters; null for what is none."""
    if not _ID.fullmatch(text):
        return None
    if len(text) == 18:
        return text
    groups = (text[0:5], text[5:10], text[10:15])
    marks = (sum(1 << place for place, sign in enumerate(group) if "A" <= sign <= "Z") for group in groups)
    return text + "".join(_CHECK[mark] for mark in marks)


def listed_keys(text: str, entity: str | None, row_count: str | None) -> str | None:
    """List the ids of the records an event names, as JSON; null if it does not name them all.

    `entity` is the object that was asked for, `row_count` the number of rows the event says it processed.
    """
    value = parsed(text)
    value = parsed(value) if isinstance(value, str) else value
    prefix = _PREFIXES.get((entity or "").lower())
    rows = list(_rows(value))
    keys = [key for row in rows for key in row if prefix is None or key.startswith(prefix)]
    count = int(row_count) if row_count and row_count.isdigit() and len(row_count) < 10 else None
    if not keys or any(not row for row in rows) or (count is not None and count > len(rows)):
        return None
    if prefix is None and any(len(row) > 1 for row in rows):
        return None
    return json.dumps(list(dict.fromkeys(keys)))


def _rows(value: Any) -> Iterator[list[str]]:
    """Give the ids that stand in each row, of a list view or query (`records`) or of a report (`rows`)."""
    if not isinstance(value, dict):
        return
    records = value.get("records")
    for record in records if isinstance(records, list) else ():
        found = record.get("Id", record.get("id")) if isinstance(record, dict) else None
        yield _ids([found])
    rows = value.get("rows")
    for row in rows if isinstance(rows, list) else ():
        cells = row.get("datacells") if isinstance(row, dict) else None
        yield _ids(cells.values() if isinstance(cells, dict) else cells if isinstance(cells, list) else [])


def _ids(cells: Any) -> list[str]:
    return [key for cell in cells if isinstance(cell, str) and (key := long_id(cell.strip())) is not None]
