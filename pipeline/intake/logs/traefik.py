"""Access logs of Traefik in its own common format: the combined layout, then the request's number, router and server.

What such a log proves and cannot see is as with any web server. Traefik does not escape quotes: a line that they blur
is rejected. The stamp is the start of the request. A dash for a status is a client who left before any answer. What
counts as a read goes by the method. JSON logs of Traefik's are mapped by the incident file (`StartUTC`, `ClientHost`,
`RequestPath`, `RequestMethod`, `DownstreamStatus` …). Source: Traefik documentation, "access logs".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.layouts import asked_for, draw
from pipeline.intake.web.meaning import action_of
from pipeline.intake.web.patterns import METHOD, TARGET, match_count, take_apart
from pipeline.intake.web.stamps import CLF, to_iso

_PATTERNS = (
    draw(
        'ip name user [stamp] {request} status sent "referrer" "agent" number "router" "server" took',
        status="[0-9]{3}|-",
        sent="[0-9]+|-",
        number="[0-9]+|-",
        took=r"[0-9]+ms",
    ),
)
_WANTED = ("ip", "user", "stamp", "request", "status", "sent", "agent", "router", "server")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are Traefik's."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _PATTERNS) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of Traefik's access log."""
    extra = asked_for(options.extra, _PATTERNS)
    parts = take_apart(frame[TEXT], _PATTERNS, (*_WANTED, *extra.values()))
    parts = parts.with_columns(to_iso(parts["stamp"], CLF).alias("time"))
    refusal = pl.when(~pl.col("is_read")).then(pl.lit("not a line of Traefik's access log"))
    told = parts.select(
        refusal.when(pl.col("time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        "time",
        "ip",
        pl.col("user").alias("principal"),
        pl.col("agent").alias("user_agent"),
        "router",
        action_of(pl.col("request" + METHOD), pl.col("status")).alias("action"),
        pl.when(pl.col("status").is_null()).then(pl.lit("aborted")).alias("outcome"),
        "status",
        pl.col("request" + TARGET).alias("resource"),
        pl.when(pl.col("is_read")).then(pl.col("sent").fill_null("0")).alias("bytes"),
        *(pl.col(field).alias(name) for name, field in extra.items()),
    )
    return pl.concat([frame.select(LINE), told], how="horizontal")


FORMAT = Format("traefik", "lines", recognise, read)
