"""CSV bytes → rows. Damaged lines are rejected one by one, and no neighbour is lost with them.

This room knows headers, delimiters and the parser; it must not know what a column means. Which lines are rows is told
in `csv_lines`, before the parser sees them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from pipeline.errors import ConfigurationError, InputError
from pipeline.intake.csv_lines import Dialect, Flags, Lines, Numbers, Plan, plan_lines, split_lines, strict_reader
from pipeline.intake.files import InputFile
from pipeline.intake.lines import LINE_LIMIT, Block, read_blocks
from pipeline.intake.rows import (
    LINE,
    UNIT,
    WHOLE,
    Batch,
    Layout,
    Reject,
    cell_name,
    empty_frame,
    require_columns,
    strip_nuls,
)

_TABS = ("\\t", "tab", "TAB")
_TOO_LONG = "line too long"


@dataclass(frozen=True, slots=True)
class _Header:
    """The column names of a file, and how many physical lines they take."""

    names: list[str]
    line_count: int


def read_csv(file: InputFile, layout: Layout) -> Iterator[Batch]:
    """Read a CSV file as batches; raises InputError for a header that does not fit."""
    delimiter = delimiter_of(layout)
    header: _Header | None = None
    carried, carried_line = b"", 0
    for block, is_last in _with_last(read_blocks(file)):
        if block.too_long is not None:
            if header is None:
                raise InputError("its first line is too long for a header", where=file.name)
            lost = _drain(carried, carried_line, header, layout, delimiter)
            carried = b""
            yield from lost
            yield Batch(empty_frame(layout), [Reject(block.too_long, _TOO_LONG)])
            continue
        data, first_line = carried + block.data, carried_line if carried else block.first_line
        if header is None:
            header = _known_header(data, layout, delimiter) if layout.names else _read_header(data, delimiter, file)
            _check_header(header, layout, file, delimiter)
            data, first_line = _after_lines(data, header.line_count), first_line + header.line_count
        batch, carried, carried_line = _read_block(data, first_line, header, layout, delimiter, is_last)
        yield batch


def read_csv_header(file: InputFile, layout: Layout) -> list[str]:
    """Read the column names alone."""
    block = next(read_blocks(file))
    return _read_header(block.data, delimiter_of(layout), file).names


def delimiter_of(layout: Layout) -> str:
    """Read the declared delimiter: one ASCII character, or a name of the tab."""
    delimiter = "\t" if layout.delimiter in _TABS else layout.delimiter
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\r\n"\x00':
        what = "the delimiter is not one ordinary character"
        raise ConfigurationError(what, where=layout.where, remedy="write one such as ',' or ';' or '\\t'")
    return delimiter


def _with_last(blocks: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    current = next(blocks, None)
    while current is not None:
        following = next(blocks, None)
        yield current, following is None
        current = following


def _drain(carried: bytes, line: int, header: _Header | None, layout: Layout, delimiter: str) -> list[Batch]:
    """Read what waited for a closing quote when the next line turned out too long to hold."""
    if not carried or header is None:
        return []
    return [_read_block(carried, line, header, layout, delimiter, True)[0]]


def _read_header(data: bytes, delimiter: str, file: InputFile) -> _Header:
    if b"\x00" in data[:65536].partition(b"\n")[0]:
        raise InputError("is not text", where=file.name, remedy="is it another format, or a database's own file?")
    start = len(data) - len(data.lstrip(b"\r\n"))
    try:
        text = data[start : start + LINE_LIMIT].partition(b"\n")[0].decode() + "\n"
        if text.count('"') % 2:
            text = data[start : start + (1 << 20)].decode(errors="replace")
    except UnicodeDecodeError:
        raise InputError("its header is not UTF-8", where=file.name, remedy="convert it to UTF-8") from None
    if "\r" in text.removesuffix("\n").removesuffix("\r"):
        raise InputError("its lines end in carriage returns alone", where=file.name, remedy="convert its line ends")
    reader = strict_reader(text, delimiter)
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error:
        what = "its header has a quoted cell that is not closed"
        raise InputError(what, where=f"{file.name} line 1", remedy="close it, or export the file again") from None
    if not any(names):
        raise InputError("has no header", where=file.name, remedy="its first line must name the columns")
    return _Header(names, data.count(b"\n", 0, start) + reader.line_num)


def _known_header(data: bytes, layout: Layout, delimiter: str) -> _Header:
    """Name the columns of a file without a header, as many as its first row has."""
    text = data[: 1 << 20].decode(errors="replace")
    try:
        width = len(next(strict_reader(text, delimiter), []))
    except csv.Error:
        width = len(layout.names)
    return _Header(list(layout.names[:width]), 0)


def _check_header(header: _Header, layout: Layout, file: InputFile, delimiter: str) -> None:
    if len(header.names) == 1 and header.names[0] not in layout.required and layout.required:
        other = next((sign for sign in ";\t|," if sign != delimiter and sign in header.names[0]), None)
        if other:
            shown = "\\t" if other == "\t" else other
            remedy = f"is it separated by '{shown}'? then write delimiter: \"{shown}\" ({layout.where})"
            raise InputError(f"its header has no '{delimiter}' between names", where=file.name, remedy=remedy)
    require_columns(header.names, layout, file.name)


def _after_lines(data: bytes, count: int) -> bytes:
    place = 0
    for _ in range(count):
        place = data.find(b"\n", place) + 1 or len(data)
    return data[place:]


def _read_block(
    data: bytes, first_line: int, header: _Header, layout: Layout, delimiter: str, is_last: bool
) -> tuple[Batch, bytes, int]:
    """Read whole rows; what waits for a closing quote in the next block is handed back with its line."""
    lines = split_lines(data, first_line)
    dialect = Dialect(header.names, delimiter)
    for is_careful in (False, True):
        plan = plan_lines(lines, dialect, is_last=is_last, is_careful=is_careful)
        read = _read_planned(lines, plan, header, layout, delimiter)
        if read is not None:
            start = len(data) if plan.carried_from is None else lines.start(plan.carried_from)
            return read, data[start:], first_line + (plan.carried_from or 0)
    what = f"its quotes leave open where rows end, somewhere from line {first_line} on"
    raise InputError(what, where=layout.where, remedy="export the file again with a proper CSV writer")


def _read_planned(lines: Lines, plan: Plan, header: _Header, layout: Layout, delimiter: str) -> Batch | None:
    """Read the rows of a plan; null if the parser finds other rows than the plan, because some quote misled it."""
    count = len(lines.ends) if plan.carried_from is None else plan.carried_from
    is_dropped, is_continued = plan.is_dropped[:count], plan.is_continued[:count]
    row_lines = np.flatnonzero(~is_dropped & ~is_continued) + lines.first_line
    if not len(row_lines):
        return Batch(empty_frame(layout), plan.rejects)
    kept = _keep(lines, is_dropped)
    table, ragged = _parse(kept, header, layout, delimiter)
    if table.num_rows + len(ragged) != len(row_lines):
        return None
    rejects = [Reject(int(row_lines[row]), reason) for row, reason in ragged.items()]
    good = np.delete(row_lines, list(ragged))
    frame = _frame(table, good, header, layout, has_nuls=b"\x00" in kept)
    return Batch(frame, sorted([*plan.rejects, *rejects], key=lambda reject: reject.line))


def _keep(lines: Lines, is_dropped: Flags) -> bytes:
    """Leave dropped lines out; one step per run of kept lines."""
    ends = lines.ends[: len(is_dropped)]
    if not is_dropped.any():
        return lines.data[: int(ends[-1])]
    edges = np.flatnonzero(np.diff(np.concatenate([[True], is_dropped, [True]]).astype(np.int8)))
    starts = np.concatenate([[0], ends])
    return b"".join(lines.data[starts[left] : starts[right]] for left, right in edges.reshape(-1, 2))


def _parse(data: bytes, header: _Header, layout: Layout, delimiter: str) -> tuple[pa.Table, dict[int, str]]:
    """Let pyarrow parse rows that are whole and UTF-8; ragged ones come back by their number, counted from 0."""
    ragged: dict[int, str] = {}

    def skip(row: pa_csv.InvalidRow) -> str:
        ragged[row.number - 1] = f"{row.actual_columns} cells where the header has {row.expected_columns}"
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=len(data) + 1, column_names=[str(i) for i in range(len(header.names))]
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=_conversion(header, layout),
    )
    return table, ragged


def _conversion(header: _Header, layout: Layout) -> pa_csv.ConvertOptions:
    wanted = [str(place) for place, name in enumerate(header.names) if layout.is_whole_needed or name in layout.columns]
    return pa_csv.ConvertOptions(
        column_types={str(place): pa.string() for place in range(len(header.names))},
        include_columns=wanted or ["0"],
        strings_can_be_null=False,
        check_utf8=False,
    )


def _frame(table: pa.Table, lines: Numbers, header: _Header, layout: Layout, has_nuls: bool) -> pl.DataFrame:
    raw = pl.from_arrow(table)
    assert isinstance(raw, pl.DataFrame)
    if has_nuls:
        raw = strip_nuls(raw)
    places = {name: str(place) for place, name in enumerate(header.names)}
    cells = [
        (pl.col(places[column]) if column in places else pl.lit(None, pl.String)).alias(cell_name(column))
        for column in layout.columns
    ]
    if layout.is_whole_needed:
        order = sorted(range(len(header.names)), key=lambda place: (header.names[place], place))
        cells.append(pl.concat_str([pl.col(str(place)) for place in order], separator=UNIT).alias(WHOLE))
    return raw.select(pl.Series(LINE, lines, pl.Int64), *cells)
