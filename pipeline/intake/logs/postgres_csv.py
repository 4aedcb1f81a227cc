"""PostgreSQL's server log as CSV (`log_destination = csvlog`), with pgaudit where it is loaded.

What it proves, cannot see and counts as a read is as with `postgres`. The files have no header; PostgreSQL 9 to 12
writes 23 columns, 13 one more, 14 and later 26. A session's line number names an event. Source: PostgreSQL 17
documentation, "Using CSV-format log output".
"""

from __future__ import annotations

import csv
import re

import polars as pl

from pipeline.intake.databases.postgres_messages import MESSAGE_FIELDS, roles_of, times_of
from pipeline.intake.databases.previous import survey_previous
from pipeline.intake.logs.formats import REFUSAL, Format, Options, Records, Sample
from pipeline.intake.rows import LINE, cell

NAMES = (
    "log_time", "user_name", "database_name", "process_id", "connection_from", "session_id", "session_line_num",
    "command_tag", "session_start_time", "virtual_transaction_id", "transaction_id", "error_severity", "sql_state_code",
    "message", "detail", "hint", "internal_query", "internal_query_pos", "context", "query", "query_pos", "location",
    "application_name", "backend_type", "leader_pid", "query_id",
)  # fmt: skip
_WIDTHS = (23, 24, 26)
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2} [\d:]{8}\.\d{3} \S+")
_SESSION = re.compile(r"[0-9a-f]+\.[0-9a-f]+")


def recognise(sample: Sample) -> bool:
    """Tell by the first row: its width, its stamp and its session."""
    first = sample.lines[:50]
    try:
        row = next(csv.reader(first), [])
    except csv.Error:
        return False
    return len(row) in _WIDTHS and bool(_STAMP.fullmatch(row[0])) and bool(_SESSION.fullmatch(row[5]))


def survey(records: Records, _options: Options) -> pl.DataFrame:
    """Find the statements that pgaudit refers to from other batches."""
    return survey_previous(records, cell("message"), lambda frame: times_of(_tell(frame)))


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read rows of csvlog."""
    roles = roles_of(_tell(frame), options.known)
    refusal = pl.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL)
    return pl.concat([frame.select(LINE), roles.select(refusal), roles], how="horizontal")


def _tell(frame: pl.DataFrame) -> pl.DataFrame:
    present = set(frame.columns)

    def text(name: str) -> pl.Expr:
        found = cell(name) if f"c:{name}" in present else pl.lit(None, pl.String)
        return pl.when(found != "").then(found)

    host = text("connection_from").str.replace(r":[0-9]+$", "")
    told = frame.select(
        text("log_time").alias("stamp"),
        text("user_name").alias("principal"),
        text("database_name").alias("database"),
        pl.when(host != "[local]").then(host).alias("ip"),
        text("session_id").alias("session"),
        text("application_name").alias("application"),
        pl.concat_str(text("session_id"), pl.lit(":"), text("session_line_num")).alias("event_id"),
        text("error_severity").alias("severity"),
        text("message").alias("message"),
        text("detail").alias("detail"),
        text("query").alias("query"),
    )
    return told.select(MESSAGE_FIELDS)


FORMAT = Format("postgres_csv", "table", recognise, read, survey=survey, names=NAMES)
