r"""PostgreSQL's server log as text on stderr, by its `log_line_prefix`; with pgaudit, where it is loaded.

What such a log proves: which statements ran, when, as which user in which database, and with pgaudit on which tables.
What it cannot see: rows (unless `pgaudit.log_rows` is on), a statement's result, reads by programs of the server's own.
Copies of the files themselves leave no trace here.

`pattern:` holds the prefix, as in `postgresql.conf`; without it PostgreSQL's own, Debian's and Amazon RDS's are tried.
An entry is the line with its severity and all that continue it; parameters come from its DETAIL, if that is of the same
process. Stamps with a zone that is only one place's (`CET`, `EDT` …) are read by it, others in the log's `zone`.

Reads are SELECT, WITH, TABLE, VALUES, FETCH, EXECUTE, and COPY (`export`); what a statement really delivers is told by
its text. Source: PostgreSQL 17 documentation, "Error reporting and logging", and pgaudit's.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.databases.line_prefix import FIELDS, SEVERITIES, USUAL, compile_prefix
from pipeline.intake.databases.postgres_messages import MESSAGE_FIELDS, roles_of, times_of
from pipeline.intake.databases.previous import survey_previous
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Records, Sample
from pipeline.intake.rows import LINE

_MORE = "DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT|BACKTRACE"
_START = rf"^[^\t:](?:[^:]|:[^ ]|: [^ ])*?\b(?:{SEVERITIES}):  "
_KINDS = ("DETAIL", "STATEMENT")
_NOTHING = pl.lit(None, pl.String)
_COLUMNS = (*FIELDS, "severity", "rest")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines that are not indented begin like PostgreSQL's usual prefixes."""
    lines = pl.Series([line for line in sample.lines[:200] if line.strip() and line[0] != "\t"], dtype=pl.String)
    starts = lines.filter(lines.str.contains(_START))
    found = int(_take(starts, USUAL, "")["severity"].is_not_null().sum()) if len(starts) else 0
    return found > 0 and found >= 0.5 * len(starts)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read entries by the log's own prefix, else by the usual ones.

    Raises ConfigurationError for a prefix without a stamp.
    """
    told = _tell(frame, options)
    roles = roles_of(told.select(MESSAGE_FIELDS), options.known)
    is_read = pl.col("severity").is_not_null()
    refusal = pl.when(~is_read).then(pl.lit("not an entry with this prefix"))
    refused = pl.concat([told.select("severity"), roles.select("time")], how="horizontal").select(
        refusal.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL)
    )
    return pl.concat([frame.select(LINE), refused, roles], how="horizontal")


def survey(records: Records, options: Options) -> pl.DataFrame:
    """Find the statements that pgaudit refers to from other batches."""
    return survey_previous(records, pl.col(TEXT), lambda frame: times_of(_tell(frame, options)))


def _tell(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    prefixes = USUAL if options.pattern is None else (options.pattern,)
    parts = _take(frame[TEXT], prefixes, options.where)
    parts = pl.concat([parts, _split_off(parts["rest"], parts["pid"])], how="horizontal")
    return parts.select(
        pl.coalesce("stamp", _from_epoch()).alias("stamp"),
        _known("user").alias("principal"),
        _known("database").alias("database"),
        _address(pl.col("remote")).alias("ip"),
        pl.coalesce("session", "pid").alias("session"),
        pl.col("application").alias("application"),
        pl.concat_str("session", pl.lit(":"), "number").alias("event_id"),
        "severity",
        "message",
        pl.col("DETAIL").alias("detail"),
        pl.col("STATEMENT").alias("query"),
    )


def _take(texts: pl.Series, prefixes: tuple[str, ...], where: str) -> pl.DataFrame:
    """Take entries apart, each by the first prefix that fits."""
    rest = texts.alias(TEXT).to_frame().with_row_index("row")
    parts = [pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys(_COLUMNS, pl.String)})]
    for prefix in prefixes:
        groups = rest.select("row", pl.col(TEXT).str.extract_groups(compile_prefix(prefix, where)).alias("found"))
        groups = groups.unnest("found")
        lacking = [_NOTHING.alias(name) for name in _COLUMNS if name not in groups.columns]
        groups = groups.with_columns(lacking).select("row", *_COLUMNS)
        is_read = groups["severity"].is_not_null()
        parts.append(groups.filter(is_read))
        rest = rest.filter(~is_read)
    parts.append(rest.select("row", *(_NOTHING.alias(name) for name in _COLUMNS)))
    return pl.concat(parts).sort("row").drop("row")


def _split_off(rest: pl.Series, pids: pl.Series) -> pl.DataFrame:
    """Take an entry's message apart from the lines that add to it, tabs of continuing lines undone.

    A DETAIL or STATEMENT counts if the process that wrote it is the entry's own.
    """
    frame = pl.DataFrame({"rest": rest, "pid": pids}).with_row_index("row")
    plain = frame.select("row", pl.col("rest").alias("message")).with_columns(_NOTHING.alias(kind) for kind in _KINDS)
    has_more = rest.str.contains_any([f"{kind}:  " for kind in _MORE.split("|")]).fill_null(False)
    if has_more.any():
        longer = frame.filter(has_more).select(
            "row",
            pl.col("rest")
            .str.replace(rf"(?s)\n[^\t\n](?:[^:\n]|:[^ ]|: [^ ])*?(?:{_MORE}):  .*$", "")
            .alias("message"),
            *(_detail(kind) for kind in _KINDS),
        )
        plain = pl.concat([plain.filter(~has_more), longer]).sort("row")
    return plain.select(pl.col("message", *_KINDS).str.replace_all("\n\t", "\n", literal=True))


def _detail(kind: str) -> pl.Expr:
    found = rf"(?s)\n([^\t\n](?:[^:\n]|:[^ ]|: [^ ])*?){kind}:  (.*?)(?:\n[^\t].*)?$"
    before = pl.col("rest").str.extract(found, 1)
    own = pl.concat_str(pl.lit("["), "pid", pl.lit("]"))
    is_own = pl.col("pid").is_null() | ~before.str.contains(r"\[[0-9]+\]") | before.str.contains(own, literal=True)
    return pl.when(is_own).then(pl.col("rest").str.extract(found, 2)).alias(kind)


def _known(name: str) -> pl.Expr:
    return pl.when(~pl.col(name).is_in(["", "[unknown]", "[local]"])).then(pl.col(name))


def _address(remote: pl.Expr) -> pl.Expr:
    """Take the port from `192.0.2.7(5432)`."""
    host = remote.str.replace(r"\([0-9]+\)$", "")
    return pl.when(~host.is_in(["", "[local]", "[unknown]"])).then(host)


def _from_epoch() -> pl.Expr:
    micros = (pl.col("epoch").cast(pl.Float64, strict=False) * 1000).round().cast(pl.Int64, strict=False)
    return micros.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d %H:%M:%S%.3f UTC")


FORMAT = Format("postgres", "entries", recognise, read, survey=survey, entry_start=_START)
