"""Where each record lies in its stored file, and what of the records at a range's ends arrived.

This room knows lines, cells and their bytes; it must not know events. It is asked only for files that some event read
by range. A record's stretch runs to the beginning of the next row; what of a cut record's values arrived is told cell
by cell, so that a header, a quote or a line end exposes nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.config import Dataset
from pipeline.intake.cell_bytes import Cells, csv_cells, json_cells
from pipeline.intake.csv_rows import delimiter_of, read_csv_header
from pipeline.intake.files import open_bytes
from pipeline.intake.needed import ByteRange
from pipeline.intake.routes import DELIVERED, WITHHELD
from pipeline.intake.rows import LINE, Layout
from pipeline.intake.stored import StoredFile

PART = "p"
_READ_BYTES = 1 << 20


@dataclass
class Spans:
    """Stretches of one stored file's records, gathered batch by batch."""

    name: str
    dataset: Dataset
    stored: StoredFile
    layout: Layout
    ranges: set[ByteRange]
    _lines: list[pl.DataFrame] = field(default_factory=list)
    _other_lines: list[int] = field(default_factory=list)

    def note(self, records: pl.DataFrame, other_lines: list[int]) -> None:
        """Keep the lines of records (line, record_key), and of rows that are none."""
        self._lines.append(records.select(LINE, "record_key"))
        self._other_lines += other_lines

    def spans(self) -> pl.DataFrame:
        """Return dataset, record_key, start_byte, end_byte of every row that is a record, in the file's order."""
        starts, size = _line_starts(self.stored)
        rows = pl.concat(self._lines).sort(LINE)
        others = np.asarray(self._other_lines, np.int64)
        every = np.unique(np.concatenate([rows[LINE].to_numpy(), others]))
        begins = np.append(starts[every - 1], size)
        places = np.searchsorted(every, rows[LINE].to_numpy())
        return rows.select(pl.lit(self.name).alias("dataset"), "record_key").with_columns(
            pl.Series("start_byte", begins[places], dtype=pl.Int64),
            pl.Series("end_byte", begins[places + 1], dtype=pl.Int64),
        )

    def cut_records(self, spans: pl.DataFrame) -> list[tuple[str, int, int, str | None, str, str]]:
        """Say what arrived of the records that a range's ends lie in: one projection for each range and record.

        Rows of landed_cut_records. A record of which no value's byte arrived is left out.
        """
        starts, ends = spans["start_byte"].to_numpy(), spans["end_byte"].to_numpy()
        cut = {one: _records_at(one, starts, ends) for one in sorted(self.ranges, key=repr)}
        wanted = sorted({place for places in cut.values() for place in places})
        cells = dict(zip(wanted, self._cells([(int(starts[at]), int(ends[at])) for at in wanted]), strict=True))
        keys = spans["record_key"]
        found: list[tuple[str, int, int, str | None, str, str]] = []
        for one, places in cut.items():
            for at in places:
                projection = self._projection(cells[at], one)
                if projection is not None:
                    found.append((self.name, one.start, one.end, one.projection, keys[at], projection))
        return found

    def _cells(self, stretches: list[tuple[int, int]]) -> Iterator[Cells]:
        """Find the values of some records, given in the file's order, at their places in the file."""
        names: list[str] = []
        delimiter = ","
        if self.stored.kind == "csv":
            names, delimiter = read_csv_header(self.stored.file, self.layout), delimiter_of(self.layout)
        for start, data in _read_stretches(self.stored, stretches):
            yield csv_cells(data, start, names, delimiter) if names else json_cells(data, start)

    def _projection(self, cells: Cells, one: ByteRange) -> str | None:
        """One mark per landed column; None if nothing of any value arrived."""
        marks = {name: _mark(span, one) for name, span in cells.spans.items()}
        if cells.is_readable and all(mark == WITHHELD for mark in marks.values()):
            return None
        otherwise = WITHHELD if cells.is_readable else PART
        signs = "".join(marks.get(name, otherwise) for name in self.dataset.columns)
        if self.dataset.membership is not None:
            signs += DELIVERED
        if one.projection is None:
            return signs
        return "".join(
            sign if base == DELIVERED else WITHHELD for sign, base in zip(signs, one.projection, strict=True)
        )


def _records_at(one: ByteRange, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[int]:
    """Find the one or two records that a range begins or ends in."""
    found: set[int] = set()
    for cut in (one.start, one.end):
        at = int(np.searchsorted(starts, cut, side="right")) - 1
        if at >= 0 and starts[at] < cut < ends[at]:
            found.add(at)
    return sorted(found)


def _mark(span: tuple[int, int], one: ByteRange) -> str:
    start, end = span
    if start >= end or end <= one.start or start >= one.end:
        return WITHHELD
    return DELIVERED if one.start <= start and end <= one.end else PART


def _line_starts(stored: StoredFile) -> tuple[NDArray[np.int64], int]:
    """Find where each physical line begins, in plain bytes, and where the file ends."""
    found: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    place = 0
    with open_bytes(stored.file) as stream:
        while piece := stream.read(_READ_BYTES):
            signs = np.frombuffer(piece, np.uint8)
            found.append(np.flatnonzero(signs == ord("\n")).astype(np.int64) + place + 1)
            place += len(piece)
    return np.concatenate(found), place


def _read_stretches(stored: StoredFile, stretches: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    """Read some stretches of plain bytes, given in order and apart, in one pass."""
    place, held = 0, b""
    with open_bytes(stored.file) as stream:
        for start, end in stretches:
            while place + len(held) < end:
                if place + len(held) <= start:
                    place, held = place + len(held), b""
                piece = stream.read(_READ_BYTES)
                if not piece:
                    break
                held += bytes(piece)
            yield start, held[start - place : end - place]
