"""What a log format is: how its records are found, how its files are recognised, and what a record says.

A format brings foreign records into the roles of an event, as text; times, words, selectors, routes and reach are the
same for all of them. Each format is one file beside this one; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from pipeline.config.log_formats import FORMAT_ROLES

LINES, ENTRIES, OBJECTS, TABLE = "lines", "entries", "objects", "table"
TEXT, REFUSAL = "text", "refusal"
Records = Callable[[], Iterator[pl.DataFrame]]
"""All of a log's records, batch by batch, from the beginning at each call."""
Shape = Literal["lines", "entries", "objects", "table"]


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, as each kind of reader would see it; never shown to anybody."""

    lines: list[str] = field(default_factory=list)
    """First lines, as text."""
    object: dict[str, object] | None = None
    """First JSON object: of a line, an array, or a wrapper such as `{"Records": [...]}`."""
    header: list[str] = field(default_factory=list)
    """Column names, if the file is Parquet or could be CSV with a header."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the incident file says beside the format's name."""

    pattern: str | None = None
    """The log's own format string."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Role or attribute → the log's own name or dotted path of it."""
    where: str = ""
    """Place in the incident file that an error points to."""
    known: pl.DataFrame | None = None
    """What the format's `survey` found in the whole log."""


@dataclass(frozen=True, slots=True)
class Format:
    """One log format.

    `read` takes a frame of records (`line`, and `text` or, for tables, cells named by `rows.cell_name`) and gives the
    same rows in the same order: `line`, `refusal` (why a record cannot be read; null if it can) and a text column for
    each role. It raises nothing, whatever a record holds. Of `extra`, it gives those it can; for objects and tables
    they are looked up by path or name without its help.
    """

    name: str
    shape: Shape
    recognise: Callable[[Sample], bool]
    """Tell surely: no two formats may claim one file."""
    read: Callable[[pl.DataFrame, Options], pl.DataFrame]
    time_format: str = "iso"
    duration_unit: Literal["s", "ms", "us"] = "s"
    survey: Callable[[Records, Options], pl.DataFrame] | None = None
    """Where one record says who or what others are about: a first look at all of the log's records, whose findings
    `read` is given for every batch, so that neither batches nor files nor their order change what a record means."""
    entry_start: str | None = None
    """Of entries: the regular expression of a line that begins one; any other line continues the one before."""
    comment: str | None = None
    """Of lines and entries: the regular expression of lines that are no records, such as headers."""
    carried: str | None = None
    """Of entries: the regular expression of what an entry writes for itself and for those after it (a stamp once a
    second): its first group comes as `header`."""
    names: tuple[str, ...] = ()
    """Of tables: the columns of CSV files that have no header; shorter rows lack the last of them."""
    json_column: str | None = None
    """Of objects: the column of a CSV or Parquet export that holds them."""
    wrappers: tuple[str, ...] = ()
    """Of objects: keys whose list holds the records, where files wrap them."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Name the roles that `read` gives."""
        return FORMAT_ROLES[self.name]
