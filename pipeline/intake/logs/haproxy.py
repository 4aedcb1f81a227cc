"""HTTP logs of HAProxy (`option httplog`), with or without a syslog header before them.

What such a log proves: which path a client asked for, which server answered, how the connection ended. What it cannot
see: the user, and the host unless it is captured. Captured headers are matched and not read. A line about a TLS
handshake that failed is an event that failed, of nothing.

The stamp is the start of the request, without an offset: it is read in the log's zone. A termination state whose first
sign is no dash is an answer that broke off. A plus before bytes (`option logasap`) says they are not all: they are not
given. What counts as a read goes by the method. Source: HAProxy Configuration Manual, "HTTP log format" and "session
state at disconnection".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.layouts import asked_for, draw
from pipeline.intake.web.meaning import action_of, outcome_of
from pipeline.intake.web.patterns import METHOD, TARGET, match_count, take_apart
from pipeline.intake.web.stamps import to_iso

_SHAPES = {
    "syslog": r"(?:.*haproxy\[[0-9]+\]: )?", "client": "[^ ]+:[0-9]+|unix:[^ ]+", "status": "[0-9]{3}|-1",
    "sent": r"\+?[0-9]+", "state": "[A-Za-z-]{4}", "timers": r"\+?[0-9/+-]+", "load": r"[0-9/+]+",
    "queues": "[0-9]+/[0-9]+", "captured": r"(?: \{[^}]*\}){0,2}", "why": ".+", "listener": "(?:/[^ :]+)?",
}  # fmt: skip
_PATTERNS = (
    draw(
        "syslog~client [stamp] frontend backend timers status sent cookie setcookie state load "
        "queues~captured {request}",
        "none", **_SHAPES,
    ),
    draw("syslog~client [stamp] frontend~listener: why", **_SHAPES, frontend="[^ /]+?"),
)  # fmt: skip
_WANTED = ("client", "stamp", "frontend", "backend", "status", "sent", "state", "request", "why")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are requests in HAProxy's layout."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _PATTERNS[:1]) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of HAProxy's HTTP log."""
    extra = asked_for(options.extra, _PATTERNS)
    parts = take_apart(frame[TEXT], _PATTERNS, (*_WANTED, *extra.values()))
    parts = parts.with_columns(to_iso(parts["stamp"], "%d/%b/%Y:%H:%M:%S%.f").alias("time"))
    refusal = pl.when(~pl.col("is_read")).then(pl.lit("not a line of HAProxy's HTTP log"))
    status = pl.when(pl.col("status") != "-1").then("status")
    is_broken_off = ~pl.col("state").str.starts_with("-")
    outcome = (
        pl.when(pl.col("why").is_not_null())
        .then(pl.lit("failed"))
        .when(pl.col("status") == "-1")
        .then(pl.lit("aborted"))
        .otherwise(outcome_of(is_broken_off, status))
    )
    told = parts.select(
        refusal.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        "time",
        pl.col("client").str.replace(r":[0-9]+$", "").alias("ip"),
        "frontend",
        "backend",
        pl.when(pl.col("why").is_not_null()).then(pl.lit("metadata"))
        .otherwise(action_of(pl.col("request" + METHOD), status)).alias("action"),
        outcome.alias("outcome"),
        status.alias("status"),
        pl.col("request" + TARGET).alias("resource"),
        pl.when(~pl.col("sent").str.starts_with("+")).then("sent").alias("bytes"),
        *(pl.col(field).alias(name) for name, field in extra.items()),
    )  # fmt: skip
    return pl.concat([frame.select(LINE), told], how="horizontal")


FORMAT = Format("haproxy", "lines", recognise, read)
