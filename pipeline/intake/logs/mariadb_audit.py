r"""The audit log of MariaDB's `server_audit` plugin, also used with MySQL and by Amazon RDS and Aurora.

What such a log proves: which statement a user ran, when, from where, in which database; with the event type TABLE, also
which tables it touched, views resolved. What it cannot see: rows, bound values of prepared statements, and what lies
beyond `server_audit_query_log_limit` (1,024 bytes unless changed): declare that as the log's `text_limit`.

The stamp is the end of the statement, without an offset: it is read in the log's `zone`. A QUERY is judged by its
statement. A READ of a table belongs to the QUERY of its connection and number on the same day, wherever in the log that
stands; alone it is a read of the whole `database.table`. A code of return other than 0 is a failure, 1317, 1969 and
3024 are statements cut off in the middle. Source: MariaDB documentation, "audit plugin log format".
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from pipeline.intake.databases.first_words import action_of_statement
from pipeline.intake.databases.hosts import address_of
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Records, Sample
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
_NO_PLACES = pl.DataFrame(schema={"statement_of": pl.String, "at": pl.Datetime("us")})
_NEVER = datetime(1, 1, 1)
_LOGINS = ("CONNECT", "FAILED_CONNECT", "DISCONNECT", "PROXY_CONNECT", "CHANGEUSER")
_DENIED, _CUT_OFF = ("1044", "1045", "1142", "1143", "1227"), ("1317", "1969", "3024")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are the plugin's."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _PATTERNS) >= 0.5 * len(lines)


def survey(records: Records, _options: Options) -> pl.DataFrame:
    """Find the READs whose QUERY stands in another batch: one look for those without, one for what they wait for."""
    of_reads = pl.col(TEXT).str.contains(",READ,", literal=True)
    waiting = [_NO_PLACES]
    for frame in records():
        if frame.select(of_reads.any()).item():
            reads, queries = _places(frame)
            waiting.append(reads.filter(~is_told(reads, queries)))
    alone = pl.concat(waiting)
    if not alone.height:
        return alone
    asked = [_NO_PLACES]
    for frame in records():
        queries = _places(frame.filter(pl.col(TEXT).str.contains(",QUERY,", literal=True)))[1]
        asked.append(queries.join(alone, on="statement_of", how="semi"))
    return alone.filter(is_told(alone, pl.concat(asked)))


def is_told(reads: pl.DataFrame, queries: pl.DataFrame) -> pl.Series:
    """Tell which reads of a table have the query they belong to among some; operations are numbered by the server."""
    ordered = queries.select("statement_of", "at", pl.lit(True).alias("is_told")).sort("at")
    asked = reads.with_row_index("row").sort("at")
    joined = asked.join_asof(
        ordered, on="at", by="statement_of", strategy="nearest", tolerance="1d", check_sortedness=False
    )
    return joined.sort("row")["is_told"].fill_null(False)


def _places(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give operation and instant of the READs and of the QUERYs among some lines."""
    parts = _placed(take_apart(frame[TEXT], _PATTERNS, ("stamp", *_NAMES)))
    places = parts.select("operation", *_NO_PLACES.columns)
    reads, queries = (places.filter(pl.col("operation") == name).drop("operation") for name in ("READ", "QUERY"))
    return reads, queries


def _placed(parts: pl.DataFrame) -> pl.DataFrame:
    time = to_iso(parts["stamp"], "%Y%m%d %H:%M:%S")
    at = time.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", strict=False)
    named = pl.concat_str("serverhost", "username", "connection", "number", separator=",")
    return parts.select(pl.all(), time.alias("time"), at.fill_null(_NEVER).alias("at"), named.alias("statement_of"))


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of the plugin's log file."""
    extra = asked_for(options.extra, _PATTERNS)
    parts = _placed(take_apart(frame[TEXT], _PATTERNS, ("stamp", *_NAMES, *extra.values())))
    is_quoted = pl.col("object").str.starts_with("'")
    own = is_told(parts.select("statement_of", "at"), parts.filter(pl.col("operation") == "QUERY"))
    elsewhere = _NO_PLACES if options.known is None else options.known
    parts = parts.join(
        elsewhere.unique().with_columns(pl.lit(True).alias("elsewhere")),
        on=_NO_PLACES.columns, how="left", maintain_order="left",
    )  # fmt: skip
    parts = parts.with_columns(
        pl.when(is_quoted).then(pl.col("object").str.slice(1, pl.col("object").str.len_chars() - 2)).alias("quoted"),
        (pl.col("elsewhere").fill_null(False) | own).alias("is_told"),
    )
    parts = parts.with_columns(unescape(parts["quoted"], "hex").alias("statement"))
    table = pl.when(~is_quoted & (pl.col("object") != "")).then("object")
    refusal = pl.when(~pl.col("is_read")).then(pl.lit("not a line of the audit plugin"))
    told = parts.select(
        refusal.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        "time",
        _filled("username").alias("principal"),
        address_of(pl.col("host")).alias("ip"),
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


FORMAT = Format("mariadb_audit", "lines", recognise, read, survey=survey)
