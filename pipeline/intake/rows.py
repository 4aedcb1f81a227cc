"""One door to the rows of a file, whatever its format: frames of text cells, line numbers and rejected lines.

This room holds the shape the three readers share and how a column's name becomes a cell's; it must not know what a
column means. Cells are text, never null for CSV; null means that a JSON or Parquet row holds nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import polars as pl

from pipeline.errors import InputError
from pipeline.problems import show

LINE, WHOLE = "line", "whole"
UNIT = "\x1f"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files of one log or dataset are read, and which columns are asked for.

    `required` columns must exist in every file, `optional` ones are null where they do not. `where` is the place in the
    incident file that an error points to; `names` are the columns of CSV files that have no header, and shorter rows
    lack the last of them.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    is_whole_needed: bool = False
    format: str = "auto"
    delimiter: str = ","
    where: str = ""
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """List the columns that a batch holds, each once."""
        return tuple(dict.fromkeys([*self.required, *self.optional]))


@dataclass(frozen=True, slots=True)
class Reject:
    """One unreadable line and why; never what stands in it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: `line`, the asked cells and, if asked for, the whole line; and what could not be read.

    `line_count` counts data lines: rows of the frame and rejects together.
    """

    frame: pl.DataFrame
    rejects: list[Reject] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        """Count the data lines that were read."""
        return self.frame.height + len(self.rejects)


def empty_frame(layout: Layout) -> pl.DataFrame:
    """Make a batch's frame without rows."""
    texts = [cell_name(column) for column in layout.columns] + ([WHOLE] if layout.is_whole_needed else [])
    return pl.DataFrame(schema={LINE: pl.Int64, **dict.fromkeys(texts, pl.String)})


def cell_name(column: str) -> str:
    """Name the frame's column that holds a file's column, so that no file can shadow our own names."""
    return f"c:{column}"


def cell(column: str) -> pl.Expr:
    """Refer to the text cells of a file's column."""
    return pl.col(cell_name(column))


def strip_nuls(frame: pl.DataFrame) -> pl.DataFrame:
    """Take NUL characters out of every text cell; the engines' text cannot hold them."""
    return frame.with_columns(pl.col(pl.String).str.replace_all("\x00", "", literal=True))


def require_columns(present: Sequence[str], layout: Layout, file_name: str) -> None:
    """Raise InputError if an asked column is missing from a file, or stands in it twice."""
    for column in layout.columns:
        if present.count(column) > 1:
            raise InputError(f"has the column {show(column)} twice", where=file_name, remedy="rename one of the two")
    missing = [column for column in layout.required if column not in present]
    if not missing:
        return
    near = get_close_matches(missing[0], [name for name in present if is_showable(name)], n=2, cutoff=0.6)
    remedy = f"did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    others = f" (nor {', '.join(show(name) for name in missing[1:4])})" if len(missing) > 1 else ""
    what = f"has no column {show(missing[0])}{others}"
    raise InputError(what, where=file_name, remedy=remedy + (f"correct it at {layout.where}" if layout.where else ""))


def is_showable(name: str) -> bool:
    """Tell whether a header's text looks like a column's name; the first line of a headless file holds people."""
    return len(name) <= 40 and name.isprintable() and "@" not in name and not any(sign.isdigit() for sign in name[:1])
