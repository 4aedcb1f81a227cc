"""Dataset rows → records: key, brand, validity, what is held and how (semantics, sections 5 and 6; D4, D15)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from .clock import read_end, read_from
from .model import ALWAYS_FROM, ALWAYS_TO, STATES, Inputs, Line, Record

PLACEHOLDERS = {"", "null", "none", "n/a", "na", "nan", "-", "--", "?", "unknown", "not available", "xxx"}


def squeeze(text: str) -> str:
    """Text stripped, inner white space collapsed (brands and controllers)."""
    return " ".join(text.split())


def holds_value(text: str, dataset: dict[str, Any]) -> bool:
    """Not blank and no placeholder, ignoring case (section 6, D15)."""
    own = {one.strip().lower() for one in dataset.get("placeholders", [])}
    return text.strip().lower() not in PLACEHOLDERS | own


def mapped_columns(dataset: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The mapped columns, each with its defaults filled in."""
    columns = {}
    for name, column in dataset["columns"].items():
        given = {"field": column} if isinstance(column, str) else column
        columns[name] = {"state": "clear", "state_column": None, "subject": "customer", "identifier": True} | given
    return columns


def subjects_of(dataset: dict[str, Any]) -> list[str]:
    """The people a record describes; the customer always (section 5)."""
    return sorted({"customer"} | {column["subject"] for column in mapped_columns(dataset).values()})


def keyless_key(line: Line, columns: list[str]) -> str:
    """The key of a row without one: its content, so that identical rows are one record."""
    content = "\x1f".join(line.cells.get(column) or "" for column in columns)
    return "#" + hashlib.sha256(content.encode()).hexdigest()[:20]


def read_brand(line: Line, dataset: dict[str, Any], controllers: dict[str, str]) -> tuple[str, str]:
    """Brand and controller, each constant or from a column; controller else by brand, else the brand itself."""
    brand = squeeze(constant_or_cell(dataset["brand"], line)) or "unknown"
    controller = squeeze(constant_or_cell(dataset.get("controller"), line))
    return brand, controller or squeeze(controllers.get(brand, brand))


def constant_or_cell(given: Any, line: Line) -> str:
    """A constant of the incident file, or the text of the column it names."""
    if isinstance(given, dict):
        return line.text(given["column"])
    return str(given or "")


def read_validity(line: Line, dataset: dict[str, Any], zone: str) -> tuple[datetime, datetime] | None:
    """When a record was there: a static file by its own life, a live one by its columns, else always (D4, D12)."""
    if dataset.get("generated_at"):
        start = read_from(dataset["generated_at"], zone)
        end = read_end(dataset["replaced_at"], zone) if dataset.get("replaced_at") else ALWAYS_TO
    else:
        texts = [line.text(dataset.get(name)) for name in ("valid_from", "valid_to")]
        text_from, text_to = [text if holds_value(text, dataset) else "" for text in texts]
        start = read_from(text_from, zone) if text_from else ALWAYS_FROM
        end = read_end(text_to, zone) if text_to else ALWAYS_TO
    if start is None or end is None or start > end:
        return None
    return start, end


def read_state(word: str, constant: str) -> tuple[str, bool]:
    """A state word and whether it is known; unknown words are taken as clear (D15)."""
    word = word.strip().lower()
    if not word:
        return constant, True
    return (word, True) if word in STATES else ("clear", False)


def read_record(name: str, line: Line, incident: dict[str, Any], inputs: Inputs) -> tuple[Record | None, int]:
    """One line as a record (None: rejected), and how many of its state words are unknown."""
    dataset = incident["datasets"][name]
    zone = dataset.get("zone") or incident["incident"].get("zone", "UTC")
    validity = read_validity(line, dataset, zone)
    if validity is None:
        return None, 0
    held, unknown = {}, 0
    for column, meaning in mapped_columns(dataset).items():
        if holds_value(line.text(column), dataset):
            word = line.text(meaning["state_column"])
            held[column], is_known = read_state(word, meaning["state"])
            unknown += not is_known
    key = line.text(dataset.get("key")) or keyless_key(line, inputs.datasets[name].columns)
    brand, controller = read_brand(line, dataset, incident.get("controllers", {}))
    residence = line.text(dataset.get("residence")).upper()
    is_code = len(residence) == 2 and residence.isalpha()
    cells = {column: line.text(column) for column in inputs.datasets[name].columns}
    record = Record(
        name, key, brand, controller, *validity, cells, line.cells, held, residence if is_code else None, line.file,
        line.number,
    )  # fmt: skip
    return record, unknown


def read_datasets(
    incident: dict[str, Any], inputs: Inputs
) -> tuple[list[Record], list[dict[str, Any]], dict[str, int]]:
    """All record versions, the rejected lines, and unknown state words per dataset; identical keyless rows are one."""
    records: list[Record] = []
    rejects: list[dict[str, Any]] = []
    unknown_states: dict[str, int] = {}
    for name, dataset in incident["datasets"].items():
        seen: set[str] = set()
        for line in sorted(inputs.datasets[name].lines, key=lambda one: (one.file, one.number)):
            record, unknown = read_record(name, line, incident, inputs)
            if record is None:
                place = {"source_kind": "dataset", "source": name, "file": line.file, "line": line.number}
                rejects.append(place | {"reason": "validity"})
            elif dataset.get("key") or record.key not in seen:
                seen.add(record.key)
                records.append(record)
                unknown_states[name] = unknown_states.get(name, 0) + unknown
    return records, rejects, unknown_states
