r"""The general query log of MySQL (5.7 and later: ISO stamps) and MariaDB (a stamp for each second's first entry).

What such a log proves: which statement was sent, when, on which connection, from whom and where. What it cannot see:
whether the statement succeeded, rows or bytes it returned, and statements inside stored programs. It is written before
a statement runs, so every one counts as succeeded. Nothing in it is escaped: a statement may hold a line that looks
like an entry of its own.

Only the Connect entry of a connection says who it is; the same number means that account up to its Quit, whichever of
the rotated files holds them. Of a connection whose Connect is not in the log nobody knows whose it was: its address is
`?`, which is a question. Numbers begin again with the server: logs of two servers are two logs.

Reads are Query and Execute by their statement's first word, then by its text. Prepare, Fetch and the rest of the
protocol read nothing of their own, nor do PREPARE and EXECUTE inside a Query: the server adds what they run as an entry
of its own. A replica's Binlog Dump and a clone copy what they do not name: `mysql:Binlog Dump:`. Stamps without an
offset are in the log's `zone`. Source: MySQL 8.4 Reference Manual, "The general query log".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.first_words import action_of_statement
from pipeline.intake.databases.hosts import address_of
from pipeline.intake.databases.threads import gather_marks, note_marks, session_of
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Records, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.stamps import to_iso

_COMMANDS = (
    "Binlog Dump GTID", "Binlog Dump", "Change user", "Close stmt", "Connect Out", "Connect", "Create DB", "Daemon",
    "Debug", "Delayed insert", "Drop DB", "Error", "Execute", "Fetch", "Field List", "Init DB", "Kill", "Long Data",
    "Ping", "Prepare", "Processlist", "Query", "Quit", "Refresh", "Register Replica", "Register Slave",
    "Reset Connection", "Reset stmt", "Set option", "Shutdown", "Sleep", "Statistics", "Table Dump", "Time", "clone",
    "Group Replication Data Stream subscription",
)  # fmt: skip
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}(?:Z|[+-][0-9]{2}:[0-9]{2})"
_SHORT = r"[0-9]{6} [ 0-9][0-9]:[0-9]{2}:[0-9]{2}"
_ENTRY = rf"^(?:({_ISO})\t|({_SHORT})\t+|\t\t+) *([0-9]+) ({'|'.join(_COMMANDS)})(?:\t|$)"
_ARGUMENT = rf"(?s){_ENTRY}(.*)$"
_HEADER = (
    r"^(?:\S*(?:mysqld|mariadbd)\S*, Version: .* started with:|Tcp port: .*Unix socket: .*"
    r"|Time +Id +Command +Argument)\s*$"
)
_ACTIONS = {
    **dict.fromkeys(("Connect", "Change user", "Quit"), "login"),
    **dict.fromkeys(("Binlog Dump", "Binlog Dump GTID", "Table Dump", "clone"), "copy"),
    **dict.fromkeys(("Create DB", "Delayed insert"), "write"), "Drop DB": "delete",
    "Group Replication Data Stream subscription": "copy",
}  # fmt: skip
_RUNS_ANOTHER = r"(?i)^[\s;(]*(?:/\*.*?\*/\s*)*(?:prepare|execute|deallocate)\b"


def recognise(sample: Sample) -> bool:
    """Tell whether the first line that is no header is an entry."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    rest = lines.filter(~lines.str.contains(_HEADER))
    return len(rest) > 0 and bool(rest.head(1).str.contains(_ENTRY)[0])


def survey(records: Records, _options: Options) -> pl.DataFrame:
    """Gather what opens, changes and ends connections."""
    return gather_marks(note_marks(_take(frame)) for frame in records())


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read entries, each on behalf of whoever had opened its connection by then."""
    parts = _take(frame)
    known = gather_marks([note_marks(parts)]) if options.known is None else options.known
    parts = parts.hstack(session_of(parts, known))
    is_run = pl.col("command").is_in(["Query", "Execute"])
    is_other = (pl.col("command") == "Query") & pl.col("argument").str.contains(_RUNS_ANOTHER)
    parts = parts.with_columns(pl.when(is_run & ~is_other).then("argument").alias("statement"))
    by_command = pl.col("command").replace_strict(_ACTIONS, default="metadata", return_dtype=pl.String)
    is_copy = by_command == "copy"
    is_refused = (pl.col("command") == "Connect") & pl.col("argument").str.starts_with("Access denied")
    told = parts.select(
        pl.when(pl.col("command").is_null())
        .then(pl.lit("not an entry of the general log"))
        .when(pl.col("time").is_null())
        .then(pl.lit("unreadable time"))
        .alias(REFUSAL),
        "time",
        pl.concat_str("time", "thread", separator="/").alias("event_id"),
        "principal",
        pl.coalesce(address_of(pl.col("host")), pl.lit("?")).alias("ip"),
        pl.col("thread").alias("session"),
        pl.coalesce(action_of_statement(pl.col("statement")), by_command).alias("action"),
        pl.when(is_refused).then(pl.lit("denied")).alias("outcome"),
        pl.when(is_copy).then(pl.concat_str(pl.lit("mysql:"), "command", pl.lit(":"))).alias("resource"),
        "statement",
        pl.when(pl.col("statement").is_not_null()).then(pl.lit("mysql")).alias("dialect"),
        "database",
    )
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _take(frame: pl.DataFrame) -> pl.DataFrame:
    """Take entries apart: time, thread, command and argument."""
    groups = frame.select(pl.col(TEXT).str.extract_groups(_ARGUMENT).alias("found")).unnest("found")
    groups.columns = ["iso", "short", "thread", "command", "argument"]
    carried = frame["header"] if "header" in frame.columns else pl.Series([None] * frame.height, dtype=pl.String)
    stamp = groups.select(pl.coalesce("iso", "short", carried)).to_series()
    iso = to_iso(stamp.str.replace("Z$", "+00:00"), "%Y-%m-%dT%H:%M:%S%.f%:z")
    short = to_iso(stamp.str.replace(r"^([0-9]{6})  ", "$1 0"), "%y%m%d %H:%M:%S")
    time = iso.zip_with(iso.is_not_null(), short)
    return groups.select(time.alias("time"), "thread", "command", "argument")


FORMAT = Format(
    "mysql_general", "entries", recognise, read, survey=survey, entry_start=_ENTRY, comment=_HEADER,
    carried=rf"^({_ISO}|{_SHORT})\t",
)  # fmt: skip
