"""The landed tables: their exact columns, and writers that stream them to Parquet.

This room is the contract between intake and the SQL floors; it must not know where a row came from. Instants are
TIMESTAMP microseconds in UTC, written without a zone.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import PublishingError

_T, _B, _I, _L, _AT = pa.string(), pa.bool_(), pa.int32(), pa.int64(), pa.timestamp("us")
POLARS: dict[object, pl.DataType] = {
    _T: pl.String(),
    _B: pl.Boolean(),
    _I: pl.Int32(),
    _L: pl.Int64(),
    _AT: pl.Datetime("us"),
}
# How Polars holds texts, so that they are handed over as they lie in memory: each other way would copy them all.
TEXT_IN_MEMORY = pa.string_view()
# Frames that may wait for the disk, so that a slow one does not fill the memory.
MOST_WAITING = 8
# Columns whose texts are few: each is written once beside its numbers. Of others hardly two are the same, and looking
# for equal ones takes as long as writing them.
_REPEATED = frozenset(
    {"dataset", "brand", "controller", "shape", "residence", "file", "subject", "kind", "target_dataset", "log"}
    | {"column_name", "time_reading", "action", "outcome", "signal", "plane", "reach_kind", "projection", "access"}
    | {"inexact_reason", "source_kind", "source", "reason", "verdict", "device", "zone", "cut_projection"}
    | {"generation", "city", "listing"}
)

TABLES: dict[str, dict[str, pa.DataType]] = {
    "landed_incident": {
        "incident_id": _T, "window_start_at": _AT, "window_end_at": _AT, "unattributed": _T,
        "has_intruder_selectors": _B, "household_limit": _I, "person_key": _T,
    },
    "landed_fields": {
        "field": _T, "field_number": _I, "category": _T, "is_payment": _B, "low_bit": _L, "high_bit": _L,
    },
    "landed_states": {"state": _T, "letter": _T, "is_readable": _B, "state_rank": _I},
    "landed_datasets": {
        "dataset": _T, "role": _T, "processor": _T, "is_static": _B, "membership_field": _T, "is_key_personal": _B,
    },
    "landed_columns": {"dataset": _T, "column_number": _I, "column_name": _T, "field": _T, "subject": _T},
    "landed_records": {
        "record_number": _L, "dataset": _T, "record_key": _T, "brand": _T, "controller": _T, "valid_from": _AT,
        "valid_to": _AT, "shape": _T, "residence": _T, "file": _T, "line": _L,
    },
    "landed_names": {
        "record_number": _L, "subject": _T, "given_name": _T, "family_name": _T, "birth_date": _T, "postcode": _T,
        "generation": _T, "address": _T, "city": _T,
    },
    "landed_identifier_kinds": {"kind": _T, "identifier_class": _T, "is_numbered_by_owner": _B},
    "landed_identifiers": {"record_number": _L, "subject": _T, "kind": _T, "value": _T, "contact_value": _T},
    "landed_links": {"record_number": _L, "subject": _T, "target_dataset": _T, "target_key": _T},
    "landed_places": {"record_number": _L, "dataset": _T, "sort_key": _T, "is_certain": _B},
    "landed_decisions": {
        "decision": _T, "dataset": _T, "record_key": _T, "subject": _T, "other_dataset": _T, "other_record_key": _T,
        "other_subject": _T, "file": _T, "line": _L,
    },
    "landed_spans": {"dataset": _T, "record_key": _T, "start_byte": _L, "end_byte": _L},
    "landed_cut_records": {
        "dataset": _T, "range_start": _L, "range_end": _L, "projection": _T, "record_key": _T, "cut_projection": _T,
    },
    "landed_registry": {"subject_id": _T, "person_id": _T},
    "landed_values": {"dataset": _T, "record_number": _L, "column_name": _T, "value": _T},
    "landed_events": {
        "event_number": _L, "event_key": _T, "log": _T, "file": _T, "line": _L, "earliest_at": _AT, "latest_at": _AT,
        "time_reading": _T, "intruder_selector": _I, "trusted_selector": _I, "action": _T, "outcome": _T,
        "row_count": _L, "byte_count": _L, "has_unreadable_address": _B,
        "has_unreadable_amount": _B, "signal": _T, "plane": _T, "sequence_number": _L, "delivered_at": _AT,
    },
    "landed_reaches": {
        "event_number": _L, "reach_number": _I, "dataset": _T, "reach_kind": _T, "record_key": _T,
        "condition_count": _I, "projection": _T, "access": _T, "is_exact": _B, "inexact_reason": _T,
        "is_stand_in": _B, "is_other_content": _B, "has_missing_columns": _B, "listing": _T, "page_offset": _L,
        "page_limit": _L, "page_after_key": _T, "is_bounded": _B, "range_start": _L, "range_end": _L,
        "expected_byte_count": _L,
    },
    "landed_conditions": {"event_number": _L, "reach_number": _I, "column_name": _T, "value": _T},
    "landed_statements": {"event_number": _L, "verdict": _T, "is_unreadable": _B},
    "landed_replays": {"event_number": _L, "reach_number": _I, "plan_number": _L},
    "landed_plans": {"plan_number": _L, "plan": _T},
    "landed_key_reads": {"event_number": _L, "dataset": _T, "access": _T},
    "landed_coverage": {"log": _T, "from_at": _AT, "until_at": _AT, "status": _T},
    "landed_log_datasets": {"log": _T, "dataset": _T},
    "landed_copies": {"dataset": _T, "from_at": _AT, "until_at": _AT, "projection": _T},
    "landed_interceptions": {
        "interception_number": _I, "interval_number": _I, "dataset": _T, "device": _T, "zone": _T, "from_at": _AT,
        "until_at": _AT, "projection": _T,
    },
    "landed_transactions": {
        "interception_number": _I, "record_number": _L, "device": _T, "zone": _T, "earliest_at": _AT,
        "latest_at": _AT, "is_date_only": _B,
    },
    "landed_rejects": {"source_kind": _T, "source": _T, "file": _T, "line": _L, "reason": _T},
    "landed_notes": {"kind": _T, "source": _T, "count": _L},
    "landed_sources": {
        "source_kind": _T, "source": _T, "file": _T, "byte_count": _L, "line_count": _L, "reject_count": _L,
    },
}  # fmt: skip


class Tables:
    """Open writers for every landed table; use as a context, so that all of them exist and are whole at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schemas = {name: _schema_of(columns) for name, columns in TABLES.items()}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="tables")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        try:
            for name, schema in self._schemas.items():
                path = self._folder / f"{name}.parquet"
                path.touch(mode=0o600)
                self._writers[name] = open_writer(path, schema)
        except OSError as problem:
            raise self._refuse(problem) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.shutdown(cancel_futures=error is not None)
        try:
            for writer in self._writers.values():
                writer.close()
        except OSError as problem:
            if error is None:
                raise self._refuse(problem) from None
        if error is None:
            self._wait(0)

    def beside(self, name: str) -> Path:
        """Name a folder beside the tables, for what is no table."""
        return self._folder.with_name(name)

    def write(self, name: str, frame: pl.DataFrame) -> None:
        """Append a frame's rows to a table; the frame must hold the table's columns, others are left out.

        Written in turn while intake goes on; a disk that refuses is told at a later call, at the latest at the end.
        """
        if frame.height:
            self._wait(MOST_WAITING)
            self._waiting.append(self._worker.submit(self._write, name, frame))

    def _wait(self, count: int) -> None:
        """Wait until no more than so many frames are unwritten; raises PublishingError if one could not be written."""
        while len(self._waiting) > count:
            self._waiting.popleft().result()

    def _write(self, name: str, frame: pl.DataFrame) -> None:
        schema = self._schemas[name]
        table = as_arrow(frame.select(schema.names), schema)
        try:
            self._writers[name].write_table(table)
        except OSError as problem:
            raise self._refuse(problem) from None

    def write_rows(self, name: str, rows: list[tuple[object, ...]]) -> None:
        """Append a few rows given as tuples in column order; an instant with a zone is written in UTC."""
        # By way of polars: pyarrow imports pandas, half a second, before it looks at the first Python value.
        plain = [tuple(_in_utc(value) for value in row) for row in rows]
        kinds = {column: POLARS[kind] for column, kind in TABLES[name].items()}
        self.write(name, pl.DataFrame(plain, schema=kinds, orient="row"))

    def _refuse(self, problem: OSError) -> PublishingError:
        what = f"the private working files cannot be written ({problem.strerror or 'the system refused'})"
        return PublishingError(what, where=str(self._folder), remedy="free disk space there, or choose another folder")


def _schema_of(columns: dict[str, pa.DataType]) -> pa.Schema:
    return pa.schema([(name, TEXT_IN_MEMORY if kind == _T else kind) for name, kind in columns.items()])


def as_arrow(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """Hand a frame over to a writer of that schema, without copying its texts."""
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    return table if table.schema == schema else table.cast(schema)


def open_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file that is read a few times and then deleted: written fast, small enough, readable by every engine.

    Smallest and largest values are kept of numbers and instants alone: nobody looks for a stretch of texts.
    """
    return pq.ParquetWriter(
        str(path),
        schema,
        compression="snappy",
        use_dictionary=[name for name in schema.names if name in _REPEATED],
        write_statistics=[field.name for field in schema if field.type != TEXT_IN_MEMORY],
        store_schema=False,
    )


def _in_utc(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
