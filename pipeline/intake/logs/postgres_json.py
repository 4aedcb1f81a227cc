"""PostgreSQL's server log as JSON (`log_destination = jsonlog`, since PostgreSQL 15), with pgaudit where it is loaded.

What it proves, cannot see and counts as a read is as with `postgres`. Keys without a value are left out by the server.
Source: PostgreSQL 17 documentation, "Using JSON-format log output".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.postgres_messages import MESSAGE_FIELDS, roles_of, times_of
from pipeline.intake.databases.previous import survey_previous
from pipeline.intake.jsonl_rows import look_up
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Records, Sample
from pipeline.intake.rows import LINE

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
    host = look_up("remote_host")
    told = frame.select(
        look_up("timestamp").alias("stamp"),
        look_up("user").alias("principal"),
        look_up("dbname").alias("database"),
        pl.when(host != "[local]").then(host).alias("ip"),
        look_up("session_id").alias("session"),
        look_up("application_name").alias("application"),
        pl.concat_str(look_up("session_id"), pl.lit(":"), look_up("line_num")).alias("event_id"),
        look_up("error_severity").alias("severity"),
        look_up("message").alias("message"),
        look_up("detail").alias("detail"),
        look_up("statement").alias("query"),
    )
    return told.select(MESSAGE_FIELDS)


FORMAT = Format("postgres_json", "objects", recognise, read, survey=survey)
