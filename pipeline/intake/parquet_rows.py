"""Parquet → rows of text cells, so that a column means the same whatever the file's own types.

This room knows Parquet and Arrow types; it must not know what a column means. Numbers are written plainly, instants as
ISO text (with Z if they carry a zone), lists and structs as JSON text; `a.b` reads field b of struct a.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from shutil import copyfileobj
from typing import IO, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.intake.files import InputFile, compression_of, open_bytes, refuse_unreadable
from pipeline.intake.rows import LINE, UNIT, WHOLE, Batch, Layout, Reject, cell_name, require_columns, strip_nuls

BATCH_ROWS = 100_000
_MAGIC = b"PAR1"


def read_parquet(file: InputFile, layout: Layout) -> Iterator[Batch]:
    """Read a Parquet file as batches; the line of a row is its number, counted from 1."""
    with _open(file) as parquet:
        names = _column_names(parquet.schema_arrow)
        require_columns(names, layout, file.name)
        tops = _needed_tops(parquet.schema_arrow, layout)
        first = 1
        for record_batch in parquet.iter_batches(batch_size=BATCH_ROWS, columns=tops, use_threads=False):
            raw = pl.from_arrow(pa.Table.from_batches([record_batch]))
            assert isinstance(raw, pl.DataFrame)
            lines = pl.int_range(first, first + record_batch.num_rows, dtype=pl.Int64, eager=True).alias(LINE)
            first += record_batch.num_rows
            batch = _read_batch(raw.insert_column(0, lines.alias("\x00line")), layout, names)
            yield replace(batch, frame=strip_nuls(batch.frame)) if _may_hold_nuls(record_batch) else batch


def read_parquet_objects(file: InputFile, json_column: str | None) -> Iterator[tuple[pl.Series, pl.Series]]:
    """Read row numbers (from 1) and one JSON object a row: the text of `json_column` if it is there, else the row."""
    with _open(file) as parquet:
        first = 1
        for record_batch in parquet.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
            raw = pl.from_arrow(pa.Table.from_batches([record_batch]))
            assert isinstance(raw, pl.DataFrame)
            lines = pl.int_range(first, first + raw.height, dtype=pl.Int64, eager=True)
            first += raw.height
            if json_column in raw.columns:
                yield lines, _as_text(raw[str(json_column)])
            else:
                yield lines, raw.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def read_parquet_names(file: InputFile) -> list[str]:
    """List a file's columns, fields of structs as `struct.field`."""
    with _open(file) as parquet:
        return _column_names(parquet.schema_arrow)


@contextmanager
def _open(file: InputFile) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file, through a nameless temporary file if it is compressed as a whole."""
    if compression_of(file) is None:
        with refuse_unreadable(file), file.path.open("rb") as stream:
            _require_parquet(file, stream.read(len(_MAGIC)))
        with refuse_unreadable(file), pq.ParquetFile(str(file.path), memory_map=False) as parquet:
            yield parquet
        return
    with tempfile.TemporaryFile() as plain:
        with open_bytes(file) as packed:
            _copy(packed, plain)
        _require_parquet(file, plain.read(len(_MAGIC)))
        plain.seek(0)
        with refuse_unreadable(file), pq.ParquetFile(plain) as parquet:
            yield parquet


def _require_parquet(file: InputFile, start: bytes) -> None:
    """Raise InputError for a file that is whole, but something else; what is cut at its end begins as it should."""
    if not _MAGIC.startswith(start[: len(_MAGIC)]):
        remedy = "say by `format` what it is, or have it exported again"
        raise InputError("is not Parquet", where=file.name, remedy=remedy)


def _copy(packed: Any, plain: IO[bytes]) -> None:
    copyfileobj(packed, plain, 1 << 20)
    plain.seek(0)


def _column_names(schema: pa.Schema) -> list[str]:
    names: list[str] = []
    for field in schema:
        names.append(field.name)
        names.extend(_nested_names(field))
    return names


def _nested_names(field: pa.Field) -> Iterator[str]:
    if pa.types.is_struct(field.type):
        for inner in field.type:
            yield f"{field.name}.{inner.name}"
            yield from (f"{field.name}.{deeper}" for deeper in _nested_names(inner))


def _needed_tops(schema: pa.Schema, layout: Layout) -> list[str]:
    if layout.is_whole_needed:
        return list(schema.names)
    wanted = {column if column in schema.names else column.partition(".")[0] for column in layout.columns}
    return [name for name in schema.names if name in wanted]


def _read_batch(raw: pl.DataFrame, layout: Layout, names: list[str]) -> Batch:
    tops = [name for name in raw.columns if name != "\x00line"]
    cells = {
        column: (_reach_in(raw, column, tops) if column in names else pl.Series([None] * raw.height, dtype=pl.String))
        for column in layout.columns
    }
    texts = {cell_name(column): _as_text(series) for column, series in cells.items()}
    if layout.is_whole_needed:
        wholes = [_as_text(raw[name]).fill_null("\x00").alias(str(i)) for i, name in enumerate(sorted(tops))]
        texts[WHOLE] = pl.DataFrame(wholes).select(pl.concat_str(pl.all(), separator=UNIT)).to_series()
    frame = pl.DataFrame({LINE: raw["\x00line"], **texts})
    rejects = _undecodable({column: cells[column] for column in layout.columns}, frame)
    if rejects:
        frame = frame.filter(~pl.col(LINE).is_in([reject.line for reject in rejects]))
    return Batch(frame, rejects)


def _may_hold_nuls(batch: pa.RecordBatch) -> bool:
    """Tell whether a text may hold a NUL: only where the bytes of all texts hold a zero, or lie in other ways."""
    for column in batch.columns:
        if pa.types.is_string(column.type):
            data = column.buffers()[2]
            if data is not None and not np.frombuffer(data, np.uint8).all():
                return True
        elif not (pa.types.is_primitive(column.type) or pa.types.is_decimal(column.type)):
            return True
    return False


def _reach_in(raw: pl.DataFrame, column: str, tops: list[str]) -> pl.Series:
    if column in tops:
        return raw[column]
    top, *parts = column.split(".")
    series = raw[top]
    for part in parts:
        series = series.struct.field(part)
    return series


def _as_text(series: pl.Series) -> pl.Series:
    kind = series.dtype
    if kind == pl.String:
        return series
    if isinstance(kind, pl.Datetime):
        utc = series.dt.convert_time_zone("UTC") if kind.time_zone else series
        return utc.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if kind.time_zone else ""))
    if isinstance(kind, (pl.List, pl.Array, pl.Struct)):
        return _as_json(series)
    if kind == pl.Binary:
        return _decode(series)
    return series.cast(pl.String)


def _as_json(series: pl.Series) -> pl.Series:
    """Write a nested value as JSON; null stays null."""
    wrapped = pl.DataFrame({"x": series}).select(
        pl.when(pl.col("x").is_null()).then(None).otherwise(pl.struct("x").struct.json_encode())
    )
    return wrapped.to_series().str.strip_prefix('{"x":').str.strip_suffix("}")


def _decode(series: pl.Series) -> pl.Series:
    """Read bytes as UTF-8; what is not comes back null and is rejected by its line."""
    try:
        return series.cast(pl.String)
    except pl.exceptions.ComputeError:
        distinct = series.unique(maintain_order=True).drop_nulls()
        texts = [_try_decode(value) for value in distinct.to_list()]
        return series.replace_strict(distinct, pl.Series(texts, dtype=pl.String), default=None, return_dtype=pl.String)


def _try_decode(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _undecodable(cells: dict[str, pl.Series], frame: pl.DataFrame) -> list[Reject]:
    reasons: dict[int, str] = {}
    for column, series in cells.items():
        if series.dtype == pl.Binary:
            is_bad = series.is_not_null() & frame[cell_name(column)].is_null()
            for line in frame.filter(is_bad)[LINE].to_list():
                reasons.setdefault(line, f"invalid UTF-8 in column {column}")
    return [Reject(line, reason) for line, reason in sorted(reasons.items())]
