"""Cells of a log's lines → one canonical event per line, whatever the log's format.

This room knows what the roles of an event are and how their texts read; it must not know formats, routes, selectors or
datasets.
"""

from __future__ import annotations

import polars as pl

from pipeline.config import PLANES, SIGNALS, Log
from pipeline.intake.normalise import is_placeholder
from pipeline.intake.rows import LINE, UNIT, WHOLE, Batch, Reject, cell
from pipeline.intake.times import EARLIEST, read_durations, read_stamps, subtract_microseconds
from pipeline.intake.words import read_action, read_outcome, read_status, read_word
from pipeline.window import parse_duration

NOT_STATED = ["-1"]  # how databases' drivers say that they do not know
_TEXTS = (
    *("resource", "content_type", "columns", "record_keys", "filters", "range"),
    *("statement", "dialect", "parameters", "database"),
)


def read_events(batch: Batch, name: str, log: Log, where: str) -> tuple[pl.DataFrame, list[Reject]]:
    """Read a batch of lines into events, and name the lines whose time cannot be read.

    Columns: line, earliest_at, latest_at, time_reading, event_key, action, outcome, status, row_count, byte_count,
    has_unreadable_amount, what the line says of the log itself (signal, plane, sequence_number, delivered_at), the
    texts of what was read (resource, columns, record_keys, filters, content_type, range), and the cells for selectors.
    """
    frame = batch.frame
    times = _read_times(frame, log, where)
    frame = pl.concat([frame, times], how="horizontal")
    refused = frame.filter(pl.col("refusal").is_not_null())
    rejects = [Reject(line, reason) for line, reason in refused.select(LINE, "refusal").iter_rows()]
    kept = frame.filter(pl.col("refusal").is_null())
    told = kept.lazy().with_columns(*_what(log), *_how_much(log), _identity(name, log).alias("event_key"))
    return told.collect(), rejects


def _read_times(frame: pl.DataFrame, log: Log, where: str) -> pl.DataFrame:
    """True time: the stamp in the log's zone, back to the operation's start, minus the clock's skew."""
    stamp = "time" if "time" in log.columns else "end_time"
    stamps = read_stamps(_cells(frame, log.columns[stamp]), log.time_format, log.zone, where)
    refusal: pl.Expr = pl.when(pl.col(EARLIEST).is_null()).then(pl.lit("unreadable time"))
    if stamp == "end_time" and "duration" in log.columns:
        durations = read_durations(_cells(frame, log.columns["duration"]), log.duration_unit)
        stamps = subtract_microseconds(stamps.with_columns(durations.alias("duration")), durations)
        refusal = pl.when(pl.col("duration").is_null()).then(pl.lit("unreadable duration")).otherwise(refusal)
    stamps = stamps.with_columns(refusal.alias("refusal"))
    skew = parse_duration(log.clock_skew, where=where)
    moved = subtract_microseconds(stamps, round(skew.total_seconds() * 1_000_000))
    return moved.with_columns(_delivered(frame, log, where))


def _delivered(frame: pl.DataFrame, log: Log, where: str) -> pl.Series:
    """When a line came to where the log is kept, by that place's own clock: null if the log does not say."""
    if "delivered" not in log.columns:
        return pl.Series("delivered_at", [None], dtype=pl.Datetime("us")).new_from_index(0, frame.height)
    return read_stamps(_cells(frame, log.columns["delivered"]), log.time_format, log.zone, where)[EARLIEST].alias(
        "delivered_at"
    )


def _cells(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame.select(cell(column)).to_series()


def _cell_of(log: Log, name: str) -> pl.Expr | None:
    return cell(log.columns[name]) if name in log.columns else None


def _what(log: Log) -> list[pl.Expr]:
    status = _cell_of(log, "status")
    texts = [(_cell_of(log, name), name) for name in _TEXTS]
    return [
        read_action(_cell_of(log, "action"), log.words.action).alias("action"),
        read_outcome(_cell_of(log, "outcome"), status, log.words.outcome).alias("outcome"),
        read_status(status).alias("status"),
        read_word(_cell_of(log, "signal"), log.words.signal, SIGNALS).alias("signal"),
        read_word(_cell_of(log, "plane"), log.words.plane, PLANES).alias("plane"),
        *((pl.lit(None, pl.String) if text is None else text).alias(name) for text, name in texts),
    ]


def _how_much(log: Log) -> list[pl.Expr]:
    rows = _amount(_cell_of(log, "rows"))
    known = rows if log.row_limit is None else pl.when(rows < log.row_limit).then(rows)
    return [
        known.alias("row_count"),
        _amount(_cell_of(log, "bytes")).alias("byte_count"),
        _amount(_cell_of(log, "sequence")).alias("sequence_number"),
        (_is_unread(_cell_of(log, "rows")) | _is_unread(_cell_of(log, "bytes"))).alias("has_unreadable_amount"),
    ]


def _amount(text: pl.Expr | None) -> pl.Expr:
    if text is None:
        return pl.lit(None, pl.Int64)
    return text.map_batches(_read_amounts, return_dtype=pl.Int64)


def _read_amounts(texts: pl.Series) -> pl.Series:
    if texts.str.contains(r"^[0-9]{1,18}$").fill_null(True).all():
        return texts.cast(pl.Int64)
    return texts.str.strip_chars().str.extract(r"^([0-9]{1,18})(?:\.0+)?$").cast(pl.Int64)


def _is_unread(text: pl.Expr | None) -> pl.Expr:
    """Tell where a cell states an amount that is no number: silence would hide that it cannot be compared."""
    if text is None:
        return pl.lit(False)

    def judge(texts: pl.Series) -> pl.Series:
        is_unread = _read_amounts(texts).is_null()
        if not is_unread.any():
            return is_unread
        return is_unread & ~texts.to_frame("text").select(is_placeholder(pl.col("text"), NOT_STATED)).to_series()

    return text.map_batches(judge, return_dtype=pl.Boolean)


def _identity(name: str, log: Log) -> pl.Expr:
    """What makes two deliveries one event: the log's own id and all mapped cells, else the whole line."""
    whole = pl.concat_str(pl.lit(f"{name}{UNIT}line"), pl.col(WHOLE), separator=UNIT)
    if "event_id" not in log.columns:
        return whole
    own = cell(log.columns["event_id"]).fill_null("").str.strip_chars()
    # when a line came says nothing of what it tells: one that comes again later is the same event
    cells = [cell(log.columns[key]).fill_null("") for key in sorted(log.columns) if key != "delivered"]
    by_id = pl.concat_str(pl.lit(f"{name}{UNIT}id"), own, *cells, separator=UNIT)
    return pl.when(own == "").then(whole).otherwise(by_id)
