"""Numbered connections of a MySQL or MariaDB server → who had opened each of them, and in which database it was.

This room knows the entries that open, change and end a connection; a mark is one of them. An entry belongs to whatever
the last mark of its number, at its own time or before, has left: so the order of files and batches means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl

_MARKS: dict[str, pl.DataType] = {
    "thread": pl.String(), "at": pl.Datetime("us"), "is_start": pl.Boolean(), "principal": pl.String(),
    "host": pl.String(),
    "database": pl.String(),
}  # fmt: skip
_OPENS = r"(?s)^(.*)@([^@ ]*)(?: as .*?)?(?: on (.*?)(?: using [A-Z].*)?)?$"
_REFUSED = r"(?s)^Access denied for user '(.*)'@'([^']*)'"
_USES = r"(?is)^\s*use\s+`?([^`;\s]+)`?\s*;?\s*$"
_SESSION = ("principal", "host", "database")
_AT = pl.col("time").str.strip_suffix("Z").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", strict=False)
_MOMENT = pl.duration(microseconds=1)


def note_marks(parts: pl.DataFrame) -> pl.DataFrame:
    """Find the marks among entries of `time`, `thread`, `command` and `argument`."""
    argument, command = pl.col("argument"), pl.col("command")
    opens = command.is_in(["Connect", "Change user"])
    found = parts.lazy().filter(
        opens | command.is_in(["Quit", "Init DB", "Reset Connection"]) | argument.str.contains(_USES)
    )
    used = pl.when(command == "Init DB").then(argument).otherwise(argument.str.extract(_USES))
    marks = found.with_columns(_AT.alias("at")).filter(pl.col("at").is_not_null()).select(
        "thread",
        # What a Quit ends it ends behind itself.
        pl.when(command == "Quit").then(pl.col("at") + _MOMENT).otherwise("at").alias("at"),
        (opens | (command == "Quit")).alias("is_start"),
        pl.when(opens).then(_opened(1)).alias("principal"),
        pl.when(opens).then(_opened(2)).alias("host"),
        pl.when(opens).then(_opened(3)).otherwise(used).alias("database"),
    )  # fmt: skip
    return marks.collect()


def _opened(group: int) -> pl.Expr:
    """Take `account@host on database using …` apart."""
    return pl.col("argument").str.extract(_OPENS, group)


def gather_marks(marks: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Say for each mark what holds from it on: `thread`, `at`, and the session's principal, host and database."""
    ordered = pl.concat([pl.DataFrame(schema=_MARKS), *marks]).sort(
        "thread", "at", pl.col("is_start").not_(), *_SESSION, nulls_last=True
    )
    filled = ordered.with_columns(pl.when(pl.col(name) != "").then(name).alias(name) for name in _SESSION)
    session = pl.col("is_start").cum_sum().over("thread")
    held = filled.with_columns(session.alias("session")).with_columns(
        pl.col(name).forward_fill().over("thread", "session") for name in _SESSION
    )
    return held.select("thread", "at", *_SESSION).sort("at", maintain_order=True)


def session_of(parts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give principal, host and database of each entry, row by row; a log-in that was refused names its own."""
    asked = parts.select("thread", _AT.fill_null(datetime(1, 1, 1)).alias("at"), "argument").with_row_index("row")
    asked = asked.sort("at", maintain_order=True)
    joined = asked.join_asof(known, on="at", by="thread", strategy="backward", check_sortedness=False)
    joined = joined.sort("row")
    refused = pl.col("argument").str.extract_groups(_REFUSED).struct
    return joined.select(
        pl.coalesce(refused.field("1"), "principal").alias("principal"),
        pl.coalesce(refused.field("2"), "host").alias("host"),
        "database",
    )
