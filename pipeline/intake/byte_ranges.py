"""A request's byte range, or the first bytes of a transfer that was cut off → which bytes of a stored file arrived.

This room judges one event at a time (semantics, section 5). It must not know where in the file a record lies. Ranges
are of stored bytes; of a compressed file only a beginning can be unpacked. What cannot be read is said to be part of
the whole; nothing is guessed.
"""

from __future__ import annotations

import re

import polars as pl

from pipeline.intake.filters import look_up
from pipeline.intake.routes import CompiledRoute

# `bytes=0-99`, `bytes=0-9,20-29`, `bytes=500-`, `bytes=-500` (RFC 9110, Range), `bytes 0-99/1234` (Content-Range); the
# unit may be left out.
_HEAD = re.compile(r"(?i)^bytes\s*[= ]\s*")
_SPAN = re.compile(r"^([0-9]{1,18})?\s*-\s*([0-9]{1,18})?$")
_TOTAL = re.compile(r"\s*/\s*([0-9]{1,18}|\*)$")
_INTERVALS = pl.List(pl.Struct({"start": pl.Int64, "end": pl.Int64}))
_OK, _PARTIAL_CONTENT = 200, 206


def with_ranges(events: pl.DataFrame, route: CompiledRoute) -> pl.DataFrame:
    """Add ranges (plain bytes), is_range, is_bounded, is_part_unread and expected_byte_count.

    `events`: range, status, outcome, byte_count, is_alone, is_bounded, and is_object: whether nothing more exact is
    known than that the whole object was asked for. `expected_byte_count` is how many stored bytes that is.
    """
    is_plain_read = route.target is not None and not route.route.stand_in and not route.route.unlocks
    stored = route.target.stored if route.target is not None and is_plain_read else None
    events = events.with_columns(_is_ranged().alias("is_ranged"))
    if stored is None:
        return events.with_columns(
            pl.lit(None, _INTERVALS).alias("ranges"),
            pl.lit(False).alias("is_range"),
            is_part().alias("is_part_unread"),
            pl.lit(None, pl.Int64).alias("expected_byte_count"),
        )
    events = look_up(
        events, "range", lambda text: {"asked": read_ranges(text, stored.byte_count)}, {"asked": _INTERVALS}
    )
    whole = pl.lit([{"start": 0, "end": stored.byte_count}], _INTERVALS)
    is_full = ~pl.col("is_ranged") & (pl.col("status") != _PARTIAL_CONTENT).fill_null(True)
    asked = pl.when(is_full).then(whole).when("is_ranged").then("asked")
    events = _cut_off(events.with_columns(asked.alias("asked")))
    return _unpacked(events, route)


def is_part() -> pl.Expr:
    """Tell whether an event says that only part of the object was delivered: by its range, or by its status."""
    return _is_ranged() | (pl.col("status") == _PARTIAL_CONTENT).fill_null(False)


def _is_ranged() -> pl.Expr:
    """A range that was answered with all there is (200) was not heeded."""
    return (pl.col("range") != "") & (pl.col("status") != _OK).fill_null(True)


def read_ranges(text: str, size: int) -> list[dict[str, int]] | None:
    """Read a range into stretches of a file of `size` bytes, sorted and joined; None if it cannot be one of it."""
    plain = _HEAD.sub("", text.strip())
    total = _TOTAL.search(plain)
    if total is not None and total[1] not in ("*", str(size)):
        return None
    spans = [_read_span(part.strip(), size) for part in _TOTAL.sub("", plain).split(",")]
    read = sorted(span for span in spans if span is not None)
    if len(read) < len(spans):
        return None
    joined: list[tuple[int, int]] = []
    for start, end in read:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return [{"start": start, "end": end} for start, end in joined]


def _read_span(text: str, size: int) -> tuple[int, int] | None:
    match = _SPAN.match(text)
    if match is None or (match[1] is None and match[2] is None):
        return None
    if match[1] is None:
        start, end = max(size - int(match[2]), 0), size
    else:
        start, end = int(match[1]), size if match[2] is None else min(int(match[2]) + 1, size)
    return (start, end) if start < end else None


def _cut_off(events: pl.DataFrame) -> pl.DataFrame:
    """Of one stretch that was cut off only the first bytes arrived; of several nobody knows how far it came."""
    is_single = pl.col("asked").list.len() == 1
    is_cut = (
        pl.lit(True)
        & (pl.col("outcome") == "aborted")
        & (pl.col("byte_count") > 0).fill_null(False)
        & pl.col("is_alone")
        & pl.col("is_object")
        & is_single.fill_null(False)
    )
    first = pl.col("asked").list.first()
    start, end = first.struct.field("start"), first.struct.field("end")
    shortened = pl.concat_list(
        pl.struct(start.alias("start"), pl.min_horizontal(end, start + pl.col("byte_count")).alias("end"))
    )
    return events.with_columns(
        pl.when(is_cut).then(shortened).otherwise("asked").alias("asked"),
        (pl.col("is_bounded") | is_cut).alias("is_bounded"),
    )


def _unpacked(events: pl.DataFrame, route: CompiledRoute) -> pl.DataFrame:
    """Bring stretches of stored bytes into plain ones: all of them where the file is plain, else a beginning only."""
    assert route.target is not None
    assert route.target.stored is not None
    stored = route.target.stored
    first = pl.col("asked").list.first()
    start, end = first.struct.field("start"), first.struct.field("end")
    is_beginning = (pl.col("asked").list.len() == 1) & (start == 0)
    is_all = (is_beginning & (end == stored.byte_count)).fill_null(False)
    events = events.with_columns(
        pl.when(is_beginning).then(end).alias("first_bytes"),
        is_all.alias("is_all"),
        pl.col("asked").list.eval(pl.element().struct.field("end") - pl.element().struct.field("start")).list.sum()
        .alias("asked_bytes"),
    )  # fmt: skip
    counts = events.filter(pl.col("is_object") & ~pl.col("is_all"))["first_bytes"].drop_nulls().unique().to_list()
    lengths = stored.plain_lengths(counts)
    plain = (
        pl.col("first_bytes").replace_strict(lengths, default=None, return_dtype=pl.Int64)
        if lengths
        else pl.lit(None, pl.Int64)
    )
    beginning = pl.when(plain.is_not_null()).then(
        pl.concat_list(pl.struct(pl.lit(0, pl.Int64).alias("start"), plain.alias("end")))
    )
    is_plain = stored.compression is None and stored.has_lines
    ranges = pl.col("asked") if is_plain else beginning
    events = events.with_columns(ranges.alias("ranges"))
    is_range = pl.col("is_object") & ~pl.col("is_all") & pl.col("ranges").is_not_null()
    is_known = pl.col("is_all") | is_range
    return events.with_columns(
        is_range.alias("is_range"),
        pl.when(is_range).then("ranges").alias("ranges"),
        (~(pl.col("is_object") & is_known) & is_part()).alias("is_part_unread"),
        pl.when(pl.col("is_object") & is_known).then("asked_bytes").alias("expected_byte_count"),
        (pl.col("is_bounded") & (~pl.col("is_object") | is_known)).alias("is_bounded"),
    )  # fmt: skip
