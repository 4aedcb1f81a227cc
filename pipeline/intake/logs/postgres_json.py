"""PostgreSQL's server log as JSON (`log_destination = jsonlog`, since PostgreSQL 15), with pgaudit where it is loaded.

What it proves, cannot see and counts as a read is as with `postgres`. Keys without a value are left out by the server.
Source: PostgreSQL 17 documentation, "Using JSON-format log output".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.postgres_messages import MESSAGE_FIELDS, roles_of, times_of
from pipeline.intake.databases.previous import survey_previous
from pipeline.intake.json_cells import find_cells
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Records, Sample
from pipeline.intake.rows import LINE, cell

_OWN = {"timestamp", "error_severity", "message", "backend_type"}


def recognise(sample: Sample) -> bool:
    """Tell by the keys every entry has."""
    return sample.object is not None and sample.object.keys() >= _OWN


def survey(records: Records, _options: Options) -> pl.DataFrame:
    """Find the statements that pgaudit refers to from other batches."""
    return survey_previous(records, pl.col(TEXT), lambda frame: times_of(_tell(frame)))


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read objects of jsonlog."""
    roles = roles_of(_tell(frame), options.known)
    refusal = pl.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL)
    return pl.concat([frame.select(LINE), roles.select(refusal), roles], how="horizontal")


def _tell(frame: pl.DataFrame) -> pl.DataFrame:
    names = {
        "stamp": "timestamp", "principal": "user", "database": "dbname", "host": "remote_host", "session": "session_id",
        "application": "application_name", "line": "line_num", "severity": "error_severity", "message": "message",
        "detail": "detail", "query": "statement",
    }  # fmt: skip
    found = find_cells(frame, list(names.values())).select(cell(path).alias(name) for name, path in names.items())
    told = found.with_columns(
        pl.when(pl.col("host") != "[local]").then("host").alias("ip"),
        pl.concat_str("session", pl.lit(":"), "line").alias("event_id"),
    )
    return told.select(MESSAGE_FIELDS)


FORMAT = Format("postgres_json", "objects", recognise, read, survey=survey)
