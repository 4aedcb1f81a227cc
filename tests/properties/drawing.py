"""Small hand-drawn incidents: a log 'web', a dataset 'crm', and whatever a test adds."""

from __future__ import annotations

from typing import Any

from reference import Inputs, Line, Source, scope_reference

Row = dict[str, Any]
Tables = dict[str, list[Row]]

WINDOW = "2026-03-01/2026-03-02"
NOON = "2026-03-01T12:00:00Z"
CRM: Row = {"role": "crm", "key": "id", "brand": "Alpha", "columns": {"email": "email", "name": "full_name"}}


def source(rows: list[Row], name: str) -> Source:
    """Rows as the lines of one CSV file."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return Source(columns, [Line(name, number, row) for number, row in enumerate(rows, start=2)])


def event(**cells: str) -> Row:
    """One log line: at noon, of the whole dataset unless it says otherwise."""
    return {"time": NOON, "resource": "crm"} | cells


def log_for(rows: list[Row], **more: Any) -> Row:
    """A log that maps every column of its lines by its own name."""
    columns = {column: column for row in rows for column in row}
    return {"columns": columns, "coverage": "complete"} | more


def scope(
    events: list[Row] | dict[str, list[Row]],
    records: list[Row] | dict[str, list[Row]],
    *,
    datasets: dict[str, Row] | None = None,
    logs: dict[str, Row] | None = None,
    window: str = WINDOW,
    zone: str = "UTC",
    **incident: Any,
) -> Tables:
    """Scope a drawn incident; a bare list of events is log 'web', a bare list of records dataset 'crm'."""
    events = events if isinstance(events, dict) else {"web": events}
    records = records if isinstance(records, dict) else {"crm": records}
    declared = {name: CRM | (datasets or {}).get(name, {}) for name in records}
    file = {
        "incident": {"id": "i", "zone": zone, "window": window},
        "logs": {name: log_for(rows, **(logs or {}).get(name, {})) for name, rows in events.items()},
        "datasets": declared,
    } | incident
    inputs = Inputs(
        {name: source(rows, f"{name}.csv") for name, rows in events.items()},
        {name: source(rows, f"{name}.csv") for name, rows in records.items()},
    )
    return scope_reference(file, inputs)


def person(key: str = "K1", email: str = "", name: str = "", **more: str) -> Row:
    """One CRM row."""
    return {"id": key, "email": email, "name": name} | more


ANNA = person("K1", "anna@example.com", "Anna Meyer")
BEN = person("K2", "ben@example.com", "Ben Meyer")
EVE = {"principal": "eve"}


def verdicts(tables: Tables) -> dict[str, int]:
    """How many events got which verdict."""
    return {row["outcome"]: row["item_count"] for row in tables["funnel"] if row["stage"] == "events"}


def keys(tables: Tables) -> dict[str, str]:
    """Exposed record keys, each with its grade."""
    return {row["record_key"]: row["grade"] for row in tables["exposed_records"]}


def questions(tables: Tables) -> dict[str, tuple[int, int]]:
    """Kind → items and people."""
    return {row["kind"]: (row["item_count"], row["people_count"]) for row in tables["open_questions"]}


def column(tables: Tables, table: str, name: str) -> list[Any]:
    """One column of a table."""
    return [row[name] for row in tables[table]]
