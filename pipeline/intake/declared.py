"""What the incident file itself says → landed tables: incident, fields, states, datasets, columns, coverage, copies.

This room reads no log and no dataset; instants of the incident file are in the incident's zone.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.catalogue import read_catalogue
from pipeline.config import Dataset, IncidentFile, Stretch
from pipeline.incident_file import IncidentSource
from pipeline.intake.routes import Target, log_datasets, project
from pipeline.intake.tables import Tables
from pipeline.intake.words import READABLE_STATES, STATE_LETTERS
from pipeline.window import Window, parse_instant

CUSTOMER = "customer"
_BITS = 62  # of a whole number of 64 bits with a sign
NUMBERED_BY_OWNER = ("customer_number", "loyalty_number")

Row = tuple[object, ...]


def land_declared(
    source: IncidentSource, window: Window, person_key: str, targets: dict[str, Target], tables: Tables
) -> None:
    """Write every landed table that follows from the incident file alone."""
    model = source.model
    tables.write_rows("landed_incident", [_incident(model, window, person_key)])
    tables.write_rows("landed_fields", _fields())
    tables.write_rows("landed_states", _states())
    tables.write_rows("landed_identifier_kinds", _identifier_kinds(model))
    tables.write_rows("landed_datasets", [_dataset(name, dataset) for name, dataset in model.datasets.items()])
    for name, dataset in model.datasets.items():
        tables.write_rows("landed_columns", _columns(name, dataset))
    tables.write_rows("landed_coverage", _coverage(source, window))
    tables.write_rows("landed_log_datasets", list(log_datasets(model)))
    tables.write_rows("landed_copies", _copies(source, targets))


def utc(instant: datetime) -> datetime:
    """Bring an instant into the landed tables' form: UTC, without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def _incident(model: IncidentFile, window: Window, person_key: str) -> Row:
    return (
        model.incident.id,
        utc(window.start),
        utc(window.end),
        model.unattributed,
        bool(model.intruder),
        model.identity.household_limit,
        person_key,
    )


def _fields() -> list[Row]:
    """Every field, and its own bit in one of two whole numbers: sets of fields are carried as bits."""
    return [
        (
            field.name,
            field.number,
            field.category,
            field.is_payment,
            1 << (field.number - 1) if field.number <= _BITS else 0,
            1 << (field.number - 1 - _BITS) if field.number > _BITS else 0,
        )
        for field in read_catalogue().values()
    ]


def _identifier_kinds(model: IncidentFile) -> list[Row]:
    """List what may tie people, with its class: the incident file's, else the catalogue's."""
    classes = {
        field.identifier: field.identifier_class for field in read_catalogue().values() if field.identifier_class
    }
    chosen = classes | dict(model.identity.classes)
    return [(kind, chosen[kind], kind in NUMBERED_BY_OWNER) for kind in sorted(filter(None, classes))]


def _states() -> list[Row]:
    return [
        (state, letter, state in READABLE_STATES, rank)
        for rank, (state, letter) in enumerate(STATE_LETTERS.items(), start=1)
    ]


def _dataset(name: str, dataset: Dataset) -> Row:
    is_key_personal = dataset.key is not None and dataset.key in dataset.columns
    is_static = dataset.generated_at is not None
    return (name, dataset.role, dataset.processor, is_static, dataset.membership, is_key_personal)


def _columns(name: str, dataset: Dataset) -> list[Row]:
    rows: list[Row] = [
        (name, number, column_name, column.field, column.subject)
        for number, (column_name, column) in enumerate(dataset.columns.items(), start=1)
    ]
    if dataset.membership is not None:
        rows.append((name, len(rows) + 1, None, dataset.membership, CUSTOMER))
    return rows


def _coverage(source: IncidentSource, window: Window) -> list[Row]:
    rows: list[Row] = []
    for name, log in source.model.logs.items():
        if isinstance(log.coverage, str):
            rows.append((name, utc(window.start), utc(window.end), log.coverage))
        for number, stretch in enumerate(log.coverage if isinstance(log.coverage, list) else []):
            where = source.where("logs", name, "coverage", number)
            start, end = _ends(stretch, source.model.incident.zone, window, where)
            if start < end:  # an open stretch may lie wholly before or after the window, and says nothing of it
                rows.append((name, start, end, stretch.status))
    return rows


def _ends(stretch: Stretch, zone: str, window: Window, where: str) -> tuple[datetime, datetime]:
    start = window.start if stretch.from_ is None else parse_instant(stretch.from_, zone, where=where)
    end = window.end if stretch.until is None else parse_instant(stretch.until, zone, is_end=True, where=where)
    return utc(start), utc(end)


def _copies(source: IncidentSource, targets: dict[str, Target]) -> list[Row]:
    zone = source.model.incident.zone
    rows: list[Row] = []
    for number, copy in enumerate(source.model.unlogged_copies):
        where = source.where("unlogged_copies", number)
        start = parse_instant(copy.from_, zone, where=where)
        end = parse_instant(copy.until, zone, is_end=True, where=where)
        rows.append((copy.dataset, utc(start), utc(end), project(targets[copy.dataset], copy.columns).text))
    return rows
