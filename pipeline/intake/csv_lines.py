"""Which lines of a CSV block are rows: blank, spanning and damaged ones are told apart, and no neighbour is lost.

This room knows quotes and line ends; it must not know columns' meaning. Lines that could trouble a parser (an odd
number of quotes, a bare carriage return, bytes that are not UTF-8) are found for a whole block at once and judged one
by one; all others are rows as they stand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.intake.lines import LINE_LIMIT, invalid_utf8_lines
from pipeline.intake.rows import Reject

if TYPE_CHECKING:
    from _csv import Reader

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OPEN_QUOTE = "a quoted cell is not closed"
_BAD_QUOTES = "quotes that do not fit together"
_STRAY_RETURN = "a bare carriage return"
_BAD_UTF8 = "invalid UTF-8"
_WAITING, _ALONE = -1, -2


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a row of this file looks like."""

    names: Sequence[str]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The physical lines of a block, the place behind each one's newline, and the first one's number in the file."""

    data: bytes
    ends: Numbers
    first_line: int

    def start(self, line: int) -> int:
        """Find where a line begins."""
        return int(self.ends[line - 1]) if line else 0

    def raw(self, first: int, last: int) -> bytes:
        """Cut out some lines, both ends included."""
        return self.data[self.start(first) : int(self.ends[last])]

    def text(self, first: int, last: int) -> str | None:
        """Cut out some lines as text; null if they are not UTF-8."""
        try:
            return self.raw(first, last).decode()
        except UnicodeDecodeError:
            return None


@dataclass(slots=True)
class Plan:
    """What becomes of a block's lines: which are left out, which continue a row, which wait for the next block."""

    is_dropped: Flags
    is_continued: Flags
    rejects: list[Reject] = field(default_factory=list)
    carried_from: int | None = None


def split_lines(data: bytes, first_line: int) -> Lines:
    """Find the lines of a block that ends in a newline."""
    return Lines(data, np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1, first_line)


def strict_reader(text: str, delimiter: str) -> Reader:
    """Read CSV text to the letter; raises csv.Error where quotes do not fit together."""
    csv.field_size_limit(2 * LINE_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def plan_lines(lines: Lines, dialect: Dialect, *, is_last: bool, is_careful: bool) -> Plan:
    """Decide what becomes of each line.

    A row may span lines only if they are well-formed together; else the first of them is rejected and the rest are read
    as if it were not there. `is_careful` judges every line that holds a quote.
    """
    plan = Plan(_blank_lines(lines), np.zeros(len(lines.ends), bool))
    suspects = _suspects(lines, is_careful)
    position = 0
    while position < len(suspects):
        line = int(suspects[position])
        last = _last_line(lines, suspects[position:], dialect)
        if last == _WAITING and not is_last and len(lines.data) - lines.start(line) < LINE_LIMIT:
            plan.carried_from = line
            break
        if last < 0:
            plan.is_dropped[line] = True
            plan.rejects.append(Reject(lines.first_line + line, _reason(lines, line, dialect)))
            last = line
        elif last > line:
            plan.is_continued[line + 1 : last + 1] = True
            plan.is_dropped[line : last + 1] = False
        position = int(np.searchsorted(suspects, last, side="right"))
    return plan


def _last_line(lines: Lines, suspects: Numbers, dialect: Dialect) -> int:
    """Find the last line of the row that begins at the first suspect; _WAITING or _ALONE if there is none."""
    line = int(suspects[0])
    text = lines.text(line, line)
    if text is None:
        return _ALONE
    if _is_whole(text, dialect):
        return line
    if text.count('"') % 2 == 0:
        return _ALONE
    for other in map(int, suspects[1:]):
        end = lines.text(other, other)
        if end is None:
            return _ALONE
        if end.count('"') % 2:
            joined = lines.text(line, other)
            return other if joined is not None and _is_row(joined, dialect) else _ALONE
    return _ALONE if lines.text(line, len(lines.ends) - 1) is None else _WAITING


def _is_whole(text: str, dialect: Dialect) -> bool:
    """Tell whether one line is one row, of however many cells; a quote in the middle of a plain cell is text."""
    csv.field_size_limit(2 * LINE_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)
    try:
        row: list[str] = next(reader, [])
        return bool(row) and not row[-1].endswith("\n") and next(reader, None) is None
    except csv.Error:
        return False


def _is_row(text: str, dialect: Dialect) -> bool:
    """Tell whether some lines are exactly one well-formed row of this file."""
    reader = strict_reader(text, dialect.delimiter)
    try:
        row: list[str] = next(reader, [])
        return len(row) == len(dialect.names) and next(reader, None) is None
    except csv.Error:
        return False


def _blank_lines(lines: Lines) -> Flags:
    lengths = np.diff(lines.ends, prepend=0)
    is_blank: Flags = lengths == 1
    pairs = np.flatnonzero(lengths == 2)
    signs = np.frombuffer(lines.data, np.uint8)
    is_blank[pairs[signs[lines.ends[pairs] - 2] == ord("\r")]] = True
    return is_blank


def _suspects(lines: Lines, is_careful: bool) -> Numbers:
    """List the lines that may not be whole rows of text, by vector arithmetic over the whole block."""
    data, ends = lines.data, lines.ends
    signs = np.frombuffer(data, np.uint8)
    found: list[Numbers] = []
    if b'"' in data:
        counts = np.diff(np.searchsorted(np.flatnonzero(signs == ord('"')), ends), prepend=0)
        found.append(np.flatnonzero(counts if is_careful else counts % 2))
    if data.count(b"\r") != data.count(b"\r\n"):
        returns = np.flatnonzero(signs[:-1] == ord("\r"))
        bare = returns[signs[returns + 1] != ord("\n")]
        found.append(np.searchsorted(ends, bare, side="right"))
    if not data.isascii():
        found.append(np.asarray(invalid_utf8_lines(data), np.int64))
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _reason(lines: Lines, line: int, dialect: Dialect) -> str:
    text = lines.text(line, line)
    if text is None:
        return _undecodable(lines.raw(line, line), dialect)
    if text.count('"') % 2:
        return _OPEN_QUOTE
    return _STRAY_RETURN if "\r" in text.rstrip("\r\n") else _BAD_QUOTES


def _undecodable(raw: bytes, dialect: Dialect) -> str:
    try:
        row: list[str] = next(strict_reader(raw.decode("latin-1"), dialect.delimiter), [])
    except csv.Error:
        return _BAD_UTF8
    for name, value in zip(dialect.names, row, strict=False):
        try:
            value.encode("latin-1").decode()
        except UnicodeDecodeError:
            return f"{_BAD_UTF8} in column {name}"
    return _BAD_UTF8
