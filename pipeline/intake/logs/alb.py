r"""Access logs of Amazon's Application Load Balancers, in every width.

What such a log proves: which URL a client asked the balancer for, which target answered, with what status and how many
bytes, headers included. What it cannot see: what the answer held, and the user behind the request.

The time is `request_creation_time`, when the request came in; where an older line lacks it, the end of the answer less
the three processing times. Resources are the URLs asked for, without the balancer's `:80` and `:443`.

What counts as a read goes by the method, as with any web server. 460 and 463 are clients who gave up or cannot have
been served; a `fixed-response` comes from the balancer itself and delivers nothing of the resource. Source: Elastic
Load Balancing, "access logs for your Application Load Balancer".
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.layouts import asked_for, draw
from pipeline.intake.web.meaning import action_of
from pipeline.intake.web.patterns import METHOD, TARGET, match_count, take_apart
from pipeline.intake.web.stamps import start_of, to_iso

_SECONDS = r"-1|[0-9]+(?:\.[0-9]+)?"
_TIMERS = ("request_seconds", "target_seconds", "response_seconds")
_SHAPES = {
    "kind": "[a-z0-9]+", **dict.fromkeys(_TIMERS, _SECONDS),
    "status": "[0-9]{3}|-", "target_status": "[0-9]{3}|-", "received": "[0-9]+|-", "sent": "[0-9]+|-",
    "created": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|-", "more": r'(?: (?:[^" ]+|"[^"]*"))*',
}  # fmt: skip
_OLD = (
    "kind stamp balancer client target request_seconds target_seconds response_seconds status target_status "
    "received sent "
    '{request} "agent" cipher protocol'
)
_PATTERNS = (
    draw(f'{_OLD} group "trace" "domain" "certificate" priority created "actions"more', "hex", **_SHAPES),
    draw(f'{_OLD} group "trace" "domain" "certificate"', "hex", **_SHAPES),
    draw(f'{_OLD} group "trace"', "hex", **_SHAPES),
    draw(_OLD, "hex", **_SHAPES),
)
_WANTED = ("stamp", "client", *_TIMERS, "status", "sent", "request", "agent", "domain", "created", "actions")
_ISO = "%Y-%m-%dT%H:%M:%S%.fZ"
_GAVE_UP = ("460", "463")


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are lines of a load balancer's."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _PATTERNS) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of a load balancer's access log."""
    extra = asked_for(options.extra, _PATTERNS)
    parts = take_apart(frame[TEXT], _PATTERNS, (*_WANTED, *extra.values()))
    parts = parts.with_columns(_times(parts).alias("time"))
    refusal = (
        pl.when(~pl.col("is_read"))
        .then(pl.lit("not a line of a load balancer's log"))
        .when(pl.col("time").is_null())
        .then(pl.lit("unreadable time"))
    )
    told = parts.select(
        refusal.alias(REFUSAL),
        "time",
        pl.col("client").str.replace(r":[0-9]+$", "").alias("ip"),
        pl.col("agent").alias("user_agent"),
        pl.col("domain").alias("virtual_host"),
        action_of(pl.col("request" + METHOD), pl.col("status")).alias("action"),
        _outcome().alias("outcome"),
        "status",
        pl.col("request" + TARGET).str.replace(r"^(http://[^/]*):80(/|$)", "$1$2")
        .str.replace(r"^(https://[^/]*):443(/|$)", "$1$2").alias("resource"),
        pl.col("sent").alias("bytes"),
        *(pl.col(field).alias(name) for name, field in extra.items()),
    )  # fmt: skip
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _times(parts: pl.DataFrame) -> pl.Series:
    """Take the moment a request came in, else the end less what it took."""
    created = to_iso(parts["created"], _ISO) + "Z"
    if not created.null_count():
        return created
    seconds = [pl.col(name).cast(pl.Float64, strict=False).clip(0, 1e6).fill_null(0.0) for name in _TIMERS]
    took = parts.select(pl.sum_horizontal(seconds)).to_series()
    earlier = start_of(to_iso(parts["stamp"], _ISO) + "Z", took)
    return created.zip_with(created.is_not_null(), earlier)


def _outcome() -> pl.Expr:
    is_fixed = pl.col("actions").str.contains("fixed-response", literal=True) & pl.col("status").str.starts_with("2")
    gave_up = pl.when(pl.col("status").is_in(_GAVE_UP)).then(pl.lit("aborted"))
    return gave_up.when(is_fixed).then(pl.lit("no_content")).when(pl.col("status").is_null()).then(pl.lit("aborted"))


FORMAT = Format("alb", "lines", recognise, read)
