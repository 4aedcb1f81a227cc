"""Standard logs of Amazon CloudFront: tab-separated, their columns named by `#Fields`.

What such a log proves: which object a viewer asked an edge location for and how the edge answered. What it cannot see:
requests too large to be parsed, and what the origin would have said; delivery is best effort and may be a day late.

The stamp is the *end* of the answer, to the second; `time-taken` leads back to the start. A file without `#Fields` has
the standard columns in their order, as many as it has. Addresses are the viewer's and all in `x-forwarded-for`.
Resources are URLs under the host the viewer asked for. User agents are percent-encoded, at times twice; that is undone,
a path's own encoding is not.

What counts as a read goes by the method, as with any web server. Status 000 is a viewer who left before the answer; an
`x-edge-result-type` of Error beside a success is one who left within it. `sc-range-start` and `sc-range-end` are the
bytes delivered. Source: Amazon CloudFront Developer Guide, "standard logging reference".
"""

from __future__ import annotations

from urllib.parse import unquote

import polars as pl

from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.meaning import absolute, action_of, outcome_of
from pipeline.intake.web.stamps import start_of, to_iso

_STANDARD = (
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
    "cs(Referer)", "cs(User-Agent)", "cs-uri-query", "cs(Cookie)", "x-edge-result-type", "x-edge-request-id",
    "x-host-header", "cs-protocol", "cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher",
    "x-edge-response-result-type", "cs-protocol-version", "fle-status", "fle-encrypted-fields", "c-port",
    "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start",
    "sc-range-end",
)  # fmt: skip
_FEWEST = 12
_FIELDS = "#Fields:"


def recognise(sample: Sample) -> bool:
    """Tell by the header line that names CloudFront's own columns."""
    return any(
        line.startswith(_FIELDS) and "x-edge-location" in line and "cs-uri-stem" in line for line in sample.lines[:5]
    )


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines by the header before each, else by the standard columns."""
    numbered = frame.with_row_index("row")
    parts = [
        _read_under(lines, header[0], options)
        for header, lines in numbered.partition_by("header", maintain_order=True, as_dict=True).items()
    ]
    return pl.concat(parts).sort("row").drop("row") if parts else _read_under(numbered, None, options).drop("row")


def _read_under(lines: pl.DataFrame, header: object, options: Options) -> pl.DataFrame:
    is_named = isinstance(header, str) and header.startswith(_FIELDS)
    names = header.removeprefix(_FIELDS).split() if is_named and isinstance(header, str) else list(_STANDARD)
    fields = lines.select(pl.col(TEXT).str.split_exact("\t", len(names))).to_series().struct.unnest()
    fields.columns = [*names, "\x00more"]
    fields = fields.select(
        *(pl.when(pl.col(name) != "-").then(pl.col(name)).alias(name) for name in names), "\x00more"
    ).with_columns(pl.lit(None, pl.String).alias(name) for name in _STANDARD if name not in names)
    count = lines.select(pl.col(TEXT).str.count_matches("\t") + 1).to_series()
    is_whole = (count == len(names)) if is_named else count.is_between(_FEWEST, len(names))
    fields = fields.with_columns(is_whole.alias("\x00whole"), _starts(fields).alias("\x00time"))
    return pl.concat(
        [lines.select("row", LINE), fields.lazy().select(*_told(fields, options)).collect()], how="horizontal"
    )


def _starts(fields: pl.DataFrame) -> pl.Series:
    ends = fields.select(pl.concat_str("date", pl.lit("T"), "time")).to_series()
    iso = to_iso(ends, "%Y-%m-%dT%H:%M:%S")
    return start_of(iso + "Z", fields["time-taken"])


def _told(fields: pl.DataFrame, options: Options) -> list[pl.Expr]:
    refusal = pl.when(~pl.col("\x00whole")).then(pl.lit("not a line of CloudFront's columns"))
    host = pl.coalesce("x-host-header", "cs(Host)")
    query = (
        pl.when(pl.col("cs-uri-query").is_not_null()).then(pl.lit("?") + pl.col("cs-uri-query")).otherwise(pl.lit(""))
    )
    is_left = (pl.col("x-edge-result-type") == "Error").fill_null(False)
    status = pl.when(pl.col("sc-status") != "000").then(pl.col("sc-status"))
    outcome = pl.when(pl.col("sc-status") == "000").then(pl.lit("aborted")).otherwise(outcome_of(is_left, status))
    ranges = pl.concat_str("sc-range-start", pl.lit("-"), "sc-range-end")
    return [
        refusal.when(pl.col("\x00time").is_null()).then(pl.lit("unreadable time")).alias(REFUSAL),
        pl.col("\x00time").alias("time"),
        pl.concat_str("c-ip", "x-forwarded-for", separator=", ", ignore_nulls=True).alias("ip"),
        pl.col("cs(User-Agent)").map_batches(_plain, return_dtype=pl.String).alias("user_agent"),
        host.alias("virtual_host"),
        pl.col("x-edge-request-id").alias("event_id"),
        action_of(pl.col("cs-method"), status).alias("action"),
        outcome.alias("outcome"),
        status.alias("status"),
        pl.col("sc-content-type").map_batches(_plain, return_dtype=pl.String).alias("content_type"),
        absolute(pl.concat_str("cs-uri-stem", query), host, pl.col("cs-protocol")).alias("resource"),
        pl.col("sc-bytes").alias("bytes"),
        pl.when(status == "206").then(ranges).alias("range"),
        *(pl.col(own).alias(name) for name, own in options.extra.items() if own in fields.columns),
    ]


def _plain(texts: pl.Series) -> pl.Series:
    """Undo CloudFront's percent-encoding of headers, once or twice."""
    distinct = texts.filter(texts.str.contains("%", literal=True)).unique(maintain_order=True).drop_nulls()
    return texts.replace(distinct, pl.Series([unquote(unquote(text)) for text in distinct.to_list()], dtype=pl.String))


FORMAT = Format("cloudfront", "lines", recognise, read, comment="^#")
