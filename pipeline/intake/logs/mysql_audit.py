"""The audit log of MySQL Enterprise (and MySQL HeatWave) in its JSON form.

What such a log proves: which statement an account ran, when, from where; with the class `table_access`, which tables it
read, even through views. What it cannot see: rows, bound values, statements inside stored programs.

Stamps are UTC, to the second. A `general` record of a Query or Execute and a `table_access` read are judged by their
statement; a `query` record's start is told again at its end. A status other than 0 is a failure. Records in XML are not
read. Source: MySQL 8.4 Reference Manual, "Audit log file formats".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.first_words import action_of_statement
from pipeline.intake.databases.hosts import address_of
from pipeline.intake.json_cells import find_cells
from pipeline.intake.logs.formats import REFUSAL, Format, Options, Sample
from pipeline.intake.rows import LINE, cell
from pipeline.intake.web.stamps import to_iso

_CLASSES = ("general", "table_access", "connection", "query", "audit")
_TABLES = {"read": "view", "insert": "write", "update": "write", "delete": "delete"}
_DENIED, _CUT_OFF = ("1044", "1045", "1142", "1143", "1227"), ("1317", "3024")


def recognise(sample: Sample) -> bool:
    """Tell by the keys every record has."""
    found = sample.object or {}
    return found.keys() >= {"timestamp", "id", "class", "event"} and found["class"] in _CLASSES


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read objects of the audit log."""
    names = {
        "stamp": "timestamp", "id": "id", "class": "class", "event": "event", "session": "connection_id",
        "principal": "account.user", "login_ip": "login.ip", "host": "account.host",
        "text": "general_data.query", "command": "general_data.command", "status": "general_data.status",
        "read_text": "table_access_data.query", "database": "table_access_data.db", "table": "table_access_data.table",
        "query_text": "query_data.query", "query_status": "query_data.status", "login_status": "connection_data.status",
    }  # fmt: skip
    found = find_cells(frame, list(names.values()))
    parts = found.select(cell(path).alias(name) for name, path in names.items())
    is_start = (pl.col("class") == "query") & ~pl.col("event").str.contains("end")
    text = pl.coalesce("text", "read_text", "query_text")
    parts = parts.with_columns(
        pl.Series("time", to_iso(parts["stamp"], "%Y-%m-%d %H:%M:%S") + "Z"),
        pl.when(~is_start & (text != "") & (pl.col("command").fill_null("Query") != "Prepare"))
        .then(text)
        .alias("statement"),
        pl.coalesce("status", "query_status", "login_status").fill_null("0").alias("code"),
    )
    address = pl.when(pl.col("login_ip") != "").then(pl.col("login_ip"))
    told = parts.select(
        pl.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        "time",
        "principal",
        pl.coalesce(address, address_of(pl.col("host"))).alias("ip"),
        "session",
        pl.concat_str("stamp", pl.lit("/"), "id").alias("event_id"),
        _action().alias("action"),
        _outcome().alias("outcome"),
        pl.concat_str("database", "table", separator=".").alias("resource"),
        "statement",
        pl.when(pl.col("statement").is_not_null()).then(pl.lit("mysql")).alias("dialect"),
        "database",
    )
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _action() -> pl.Expr:
    of_table = pl.col("event").replace_strict(_TABLES, default="unknown", return_dtype=pl.String)
    return (
        pl.when(pl.col("class") == "connection")
        .then(pl.lit("login"))
        .when(pl.col("class") == "table_access")
        .then(of_table)
        .otherwise(pl.coalesce(action_of_statement(pl.col("statement")), pl.lit("metadata")))
    )


def _outcome() -> pl.Expr:
    code = pl.col("code")
    failure = pl.when(code.is_in(_DENIED)).then(pl.lit("denied")).when(code.is_in(_CUT_OFF)).then(pl.lit("aborted"))
    return pl.when(code == "0").then(pl.lit("succeeded")).otherwise(failure.otherwise(pl.lit("failed")))


FORMAT = Format("mysql_audit", "objects", recognise, read)
