"""Logs: where they lie, how they read, what is known of their completeness."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from pipeline.config.parts import Model, OneOrMore, Text

LogFormat = Literal["auto", "csv", "jsonl", "parquet"]
CoverageStatus = Literal["complete", "deleted", "rolled_over", "not_collected", "not_enabled"]

EVENT_COLUMNS = (
    *("time", "end_time", "duration", "event_id", "action", "resource", "outcome", "status", "content_type"),
    *("columns", "record_keys", "filters", "rows", "bytes"),
)
ACTIONS = ("view", "search", "export", "copy", "list", "metadata", "count", "write", "delete", "login")
OUTCOMES = ("succeeded", "denied", "failed", "not_modified", "redirected", "no_content", "aborted")

STRETCHES = "<stretches>"
WORD = "<word>"


class Stretch(Model):
    """A stretch of time for which a log's completeness is declared; open ends reach to the window's."""

    from_: Text | None = Field(default=None, alias="from")
    """First instant of the stretch; default the window's start."""
    until: Text | None = None
    """End of the stretch; a date means to its end; default the window's end."""
    status: CoverageStatus
    """Whether the log is complete there, or why it is not."""


class Words(Model):
    """A log's own words for actions and outcomes, mapped to ours."""

    action: dict[str, Text] = Field(default_factory=dict)
    """The log's word → view, search, export, copy, list, metadata, count, write, delete or login."""
    outcome: dict[str, Text] = Field(default_factory=dict)
    """The log's word → succeeded, denied, failed, not_modified, redirected, no_content or aborted."""


def _kind_of_coverage(value: Any) -> str:
    return STRETCHES if isinstance(value, list) else WORD


Coverage = Annotated[
    Annotated[CoverageStatus, Tag(WORD)] | Annotated[list[Stretch], Tag(STRETCHES)], Discriminator(_kind_of_coverage)
]


class Log(Model):
    """One access log: where it lies, how its stamps read, which column holds what."""

    path: OneOrMore
    """File or glob, or several, relative to the incident file."""
    format: LogFormat = "auto"
    """Form of the files; auto goes by their names."""
    zone: Text = "UTC"
    """IANA zone of stamps without an offset."""
    clock_skew: Text = "0s"
    """How far the log's clock is ahead of true time, such as 90s or -2m."""
    time_format: Text = "iso"
    """How stamps are written: iso, unix, unix_ms, unix_us, unix_ns, or a pattern such as %d/%b/%Y:%H:%M:%S %z."""
    duration_unit: Literal["s", "ms", "us"] = "s"
    """Unit of the `duration` column."""
    list_separator: Text = ";"
    """What stands between several values in one cell."""
    columns: Annotated[dict[str, Text], Field(min_length=1)]
    """What we ask for (time, ip, resource …) → the log's own column."""
    words: Words = Field(default_factory=Words)
    """The log's own words for actions and outcomes."""
    coverage: Coverage | None = None
    """What is known of the log's completeness: one word for the whole window, or stretches."""
    delimiter: str = ","
    """What stands between the cells of a CSV line."""
    row_limit: int | None = Field(default=None, ge=1)
    """The largest number of rows the log writes: at this number it says no more than "at least"."""
    text_limit: int | None = Field(default=None, ge=1)
    """The longest text the log writes into one cell, in characters: what is as long was cut off there."""
