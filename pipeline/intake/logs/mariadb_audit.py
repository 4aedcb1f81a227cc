r"""The audit log of MariaDB's `server_audit` plugin, also used with MySQL and by Amazon RDS and Aurora.

What such a log proves: which statement a user ran, when, from where, in which database; with the event type TABLE, also
which tables it touched, views resolved. What it cannot see: rows, bound values of prepared statements, and what lies
beyond `server_audit_query_log_limit` (1,024 bytes unless changed): declare that as the log's `text_limit`.

The stamp is the end of the statement, without an offset: it is read in the log's `zone`. A QUERY is judged by its
statement. A READ of a table belongs to the QUERY with its number, where that stands near it; alone it is a read of the
whole `database.table`. A code of return other than 0 is a failure, 1317, 1969 and 3024 are statements cut off in the
middle. Source: MariaDB documentation, "audit plugin log format".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.first_words import action_of_statement
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.escapes import unescape
from pipeline.intake.web.layouts import asked_for, draw
from pipeline.intake.web.patterns import match_count, take_apart
from pipeline.intake.web.stamps import to_iso

_NAMES = ("serverhost", "username", "host", "connection", "number", "operation", "database", "object", "code")
_SHAPES = {
    **dict.fromkeys(_NAMES, "[^,]*"), "stamp": r"[0-9]{8} [0-9:]{7,8}", "operation": "[A-Z_]+", "connection": "[0-9]+",
    "number": "[0-9]+", "object": r"'(?:[^'\\]|\\.)*'|[^,']*", "code": "-?[0-9]*", "more": "(?:,.*)?",
}  # fmt: skip
_PATTERNS = (draw(f"stamp,{','.join(_NAMES)}~more", **_SHAPES),)
_TABLES = {"READ": "view", "WRITE": "write", "CREATE": "write", "ALTER": "write", "RENAME": "write", "DROP": "delete"}
_LOGINS = ("CONNECT", "FAILED_CONNECT", "DISCONNECT", "PROXY_CONNECT", "CHANGEUSER")
_DENIED, _CUT_OFF = ("1044", "1045", "1142", "1143", "1227"), ("1317", "1969", "3024")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are the plugin's."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _PATTERNS) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of the plugin's log file."""
    extra = asked_for(options.extra, _PATTERNS)
    parts = take_apart(frame[TEXT], _PATTERNS, ("stamp", *_NAMES, *extra.values()))
    is_quoted = pl.col("object").str.starts_with("'")
    parts = parts.with_columns(
        to_iso(parts["stamp"], "%Y%m%d %H:%M:%S").alias("time"),
        pl.when(is_quoted).then(pl.col("object").str.slice(1, pl.col("object").str.len_chars() - 2)).alias("quoted"),
        (pl.col("operation") == "QUERY").any().over("connection", "number").alias("is_told"),
    )
    parts = parts.with_columns(unescape(parts["quoted"], "hex").alias("statement"))
    table = pl.when(~is_quoted & (pl.col("object") != "")).then("object")
    refusal = pl.when(~pl.col("is_read")).then(pl.lit("not a line of the audit plugin"))
    told = parts.select(
        refusal.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        "time",
        _filled("username").alias("principal"),
        pl.col("host").str.replace(r"^([0-9.]+):[0-9]+$", "$1").alias("ip"),
        pl.col("connection").alias("session"),
        _action().alias("action"),
        _outcome().alias("outcome"),
        pl.concat_str(_filled("database"), table, separator=".").alias("resource"),
        "statement",
        pl.when(pl.col("statement").is_not_null()).then(pl.lit("mysql")).alias("dialect"),
        _filled("database").alias("database"),
        *(pl.col(field).alias(name) for name, field in extra.items()),
    )
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _filled(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _action() -> pl.Expr:
    operation = pl.col("operation")
    of_table = operation.replace_strict(_TABLES, default=None, return_dtype=pl.String)
    return (
        pl.when(operation.is_in(_LOGINS))
        .then(pl.lit("login"))
        .when((operation == "READ") & pl.col("is_told"))
        .then(pl.lit("metadata"))
        .otherwise(pl.coalesce(of_table, action_of_statement(pl.col("statement")), pl.lit("unknown")))
    )


def _outcome() -> pl.Expr:
    code = pl.col("code")
    is_table = pl.col("operation").is_in(list(_TABLES))
    failure = pl.when(code.is_in(_DENIED)).then(pl.lit("denied")).when(code.is_in(_CUT_OFF)).then(pl.lit("aborted"))
    return pl.when(is_table | (code == "0")).then(pl.lit("succeeded")).otherwise(failure.otherwise(pl.lit("failed")))


FORMAT = Format("mariadb_audit", "lines", recognise, read)
