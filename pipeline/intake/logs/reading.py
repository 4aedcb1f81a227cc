"""The files of one log → batches of cells, whatever its format, and how the cells are to be understood.

A mapped log keeps its own columns; a log format's records come as cells named after the roles they play, so that
everything behind this room is the same for both. It must not know what a role means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipeline.config import Log
from pipeline.intake.csv_rows import read_csv, read_csv_header
from pipeline.intake.files import InputFile, open_bytes
from pipeline.intake.json_cells import look_up, without_nulls
from pipeline.intake.json_rows import read_objects
from pipeline.intake.logs.formats import ENTRIES, LINES, OBJECTS, REFUSAL, TABLE, TEXT, Format, Options
from pipeline.intake.logs.mapped import layout_of
from pipeline.intake.logs.registry import choose_format
from pipeline.intake.parquet_rows import read_parquet, read_parquet_names
from pipeline.intake.reading import read_source
from pipeline.intake.rows import LINE, UNIT, WHOLE, Batch, Layout, Reject, cell, cell_name, strip_nuls
from pipeline.intake.text_rows import read_entries, read_lines


def read_log(log: Log, files: list[InputFile], where: str) -> tuple[Log, Iterator[tuple[InputFile, Batch]]]:
    """Open a log: how its cells are to be understood, and its batches.

    The log that comes back maps every role to the cell that holds it. Raises InputError for files of another format.
    """
    found = choose_format(log, files, where)
    if found is None:
        return log, read_source(files, layout_of(log, f"{where}.columns"))
    options = Options(log.pattern, log.columns, where)
    if found.survey is not None:
        plain = options

        def records() -> Iterator[pl.DataFrame]:
            return (batch.frame for file in files for batch in _records(file, found, plain, log))

        options = replace(options, known=found.survey(records, plain))
    understood = log.model_copy(
        update={
            "format": found.name,
            "columns": {role: role for role in dict.fromkeys([*found.roles, *log.columns])},
            "time_format": found.time_format,
            "duration_unit": found.duration_unit,
        }
    )
    return understood, ((file, batch) for file in files for batch in _read_file(file, found, options, log))


def _read_file(file: InputFile, found: Format, options: Options, log: Log) -> Iterator[Batch]:
    for batch in _records(file, found, options, log):
        yield read_batch(batch, found, options)


def read_batch(batch: Batch, found: Format, options: Options) -> Batch:
    """Let a format read a batch of records into cells named after roles; what it refuses is rejected."""
    records = batch.frame
    read = found.read(records, options)
    roles = [pl.col(role).alias(cell_name(role)) for role in read.columns if role not in (LINE, REFUSAL)]
    cells = read.select(LINE, REFUSAL, *roles)
    others = [name for name in options.extra if name not in read.columns]
    cells = pl.concat(
        [cells, records.select(_extra(name, options.extra[name], found, records) for name in others)], how="horizontal"
    )
    whole = pl.col(TEXT) if TEXT in records.columns else _whole(records)
    cells = cells.with_columns(records.select(whole.alias(WHOLE)).to_series())
    if found.shape == OBJECTS:
        cells = _alike_without_nulls(cells)
    refused = cells.filter(pl.col(REFUSAL).is_not_null())
    rejects = [Reject(line, reason) for line, reason in refused.select(LINE, REFUSAL).iter_rows()]
    good = cells.filter(pl.col(REFUSAL).is_null()).drop(REFUSAL)
    if _may_hold_nuls(found, records):
        good = strip_nuls(good)
    return Batch(good, sorted([*batch.rejects, *rejects], key=lambda reject: reject.line))


def _alike_without_nulls(cells: pl.DataFrame) -> pl.DataFrame:
    """Write objects that nothing but their text names as if no key were null."""
    name = cell_name("event_id")
    is_named = pl.col(name).fill_null("").str.strip_chars() != "" if name in cells.columns else pl.lit(False)
    plain = pl.when(~is_named).then(WHOLE).map_batches(without_nulls, return_dtype=pl.String)
    return cells.with_columns(pl.coalesce(plain, WHOLE).alias(WHOLE))


def _may_hold_nuls(found: Format, records: pl.DataFrame) -> bool:
    """Tell whether cells can hold a NUL: lines and entries have lost theirs, in objects one is written as an escape."""
    if found.shape in (LINES, ENTRIES):
        return False
    if TEXT not in records.columns:
        return True
    return bool(records[TEXT].str.contains_any(["\\u0000", "\x00"]).any())


def _extra(name: str, own: str, found: Format, records: pl.DataFrame) -> pl.Expr:
    """Look up what the incident file asks for beside the format's own roles; null where there is no such thing."""
    if found.shape == OBJECTS:
        return look_up(own).alias(cell_name(name))
    text = cell(own) if cell_name(own) in records.columns else pl.lit(None, pl.String)
    return text.alias(cell_name(name))


def _whole(records: pl.DataFrame) -> pl.Expr:
    names = sorted(name for name in records.columns if name != LINE)
    return pl.concat_str([pl.col(name).fill_null("\x00") for name in names], separator=UNIT)


def _records(file: InputFile, found: Format, options: Options, log: Log) -> Iterator[Batch]:
    if found.shape == LINES:
        return read_lines(file, found.comment)
    if found.shape == ENTRIES:
        return read_entries(file, found.entry_start or "", found.comment, found.carried)
    if found.shape == OBJECTS:
        return read_objects(file, found.wrappers, found.json_column, log.delimiter, options.where)
    assert found.shape == TABLE
    return _read_table(file, found, log.delimiter, options.where)


def _read_table(file: InputFile, found: Format, delimiter: str, where: str) -> Iterator[Batch]:
    with open_bytes(file) as stream:
        is_parquet = stream.read(4) == b"PAR1"
    if is_parquet:
        own = () if found.names else tuple(read_parquet_names(file))
        return read_parquet(file, Layout(own, found.names, where=where))
    if found.names:
        return read_csv(file, Layout((), found.names, delimiter=delimiter, where=where, names=found.names))
    names = read_csv_header(file, Layout((), delimiter=delimiter, where=where))
    return read_csv(file, Layout(tuple(names), delimiter=delimiter, where=where))
