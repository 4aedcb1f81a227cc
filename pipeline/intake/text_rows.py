"""Text files → rows: a line each, or an entry of several lines, whatever stands in it.

This room knows lines; it must not know what they say. Bytes that are not UTF-8 become the replacement character: a
log writes what a client sent, and an intruder's line must not be lost for a stray byte in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.intake.csv_lines import split_lines
from pipeline.intake.files import InputFile
from pipeline.intake.lines import LINE_LIMIT, Block, read_blocks
from pipeline.intake.rows import LINE, Batch, Reject

TEXT, HEADER = "text", "header"
_SCHEMA = {LINE: pl.Int64, TEXT: pl.String, HEADER: pl.String}
_TOO_LONG, _NO_START = "line too long", "continues no entry"


def lines_of(block: Block) -> pl.DataFrame:
    """Cut a block into its lines without line ends: `line` and `text`; blank lines are left out."""
    data = block.data
    try:
        data.decode()
    except UnicodeDecodeError:
        data = data.decode(errors="replace").encode()
    data = data.replace(b"\x00", b"")
    ends = split_lines(data, block.first_line).ends
    offsets = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int64)
    array = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    texts = pl.from_arrow(array)
    assert isinstance(texts, pl.Series)
    numbers = pl.int_range(block.first_line, block.first_line + len(ends), dtype=pl.Int64, eager=True)
    frame = pl.DataFrame([numbers.alias(LINE), texts.alias(TEXT).str.strip_chars_end("\r\n")])
    return frame.filter(pl.col(TEXT).str.contains(r"\S"))


def read_lines(file: InputFile, comment: str | None) -> Iterator[Batch]:
    """Read a file line by line: `line`, `text` and `header`, the last comment line before it.

    Lines that match `comment` are no rows.
    """
    header: str | None = None
    for block in read_blocks(file):
        if block.too_long is not None:
            yield Batch(pl.DataFrame(schema=_SCHEMA), [Reject(block.too_long, _TOO_LONG)])
            continue
        frame = lines_of(block)
        if comment is None:
            yield Batch(frame.with_columns(pl.lit(None, pl.String).alias(HEADER)))
            continue
        is_comment = pl.col(TEXT).str.contains(comment)
        frame = frame.with_columns(pl.when(is_comment).then(TEXT).alias(HEADER)).with_columns(
            pl.col(HEADER).forward_fill().fill_null(pl.lit(header, pl.String))
        )
        header = frame[HEADER][-1] if frame.height else header
        yield Batch(frame.filter(~is_comment))


def read_entries(
    file: InputFile, entry_start: str, comment: str | None = None, carried: str | None = None
) -> Iterator[Batch]:
    """Read a file entry by entry: an entry begins at a line that matches, and holds the lines up to the next.

    `line` is the entry's first line, `text` its lines with newlines between, and, if anything is `carried`, `header` is
    what its first group found here or last before in the file. Lines before the first entry are rejected, lines that
    match `comment` left out.
    """
    header: str | None = None
    for batch in _cut_entries(file, entry_start, comment):
        frame = batch.frame
        if carried is not None:
            own = pl.col(TEXT).str.extract(carried, 1).forward_fill().fill_null(pl.lit(header, pl.String))
            frame = frame.with_columns(own.alias(HEADER))
            header = frame[HEADER][-1] if frame.height else header
        yield Batch(frame, batch.rejects)


def _cut_entries(file: InputFile, entry_start: str, comment: str | None) -> Iterator[Batch]:
    waiting = pl.DataFrame(schema={LINE: pl.Int64, TEXT: pl.String})
    for block in read_blocks(file):
        if block.too_long is not None:
            yield _batch_of(waiting, [Reject(block.too_long, _TOO_LONG)], entry_start)
            waiting = waiting.clear()
            continue
        lines = lines_of(block)
        lines = lines if comment is None else lines.filter(~pl.col(TEXT).str.contains(comment))
        entries = _join(pl.concat([waiting, lines]), entry_start)
        waiting = entries.tail(1)
        if waiting.height and len(waiting[TEXT][0]) > LINE_LIMIT:
            yield _batch_of(entries.head(-1), [Reject(waiting[LINE][0], _TOO_LONG)], entry_start)
            waiting = waiting.clear()
            continue
        yield _batch_of(entries.head(-1), [], entry_start)
    yield _batch_of(waiting, [], entry_start)


def _join(lines: pl.DataFrame, entry_start: str) -> pl.DataFrame:
    number = pl.col(TEXT).str.contains(entry_start).cum_sum().alias("entry")
    groups = lines.with_columns(number).group_by("entry", maintain_order=True)
    return groups.agg(pl.col(LINE).first(), pl.col(TEXT).str.join("\n")).drop("entry")


def _batch_of(entries: pl.DataFrame, rejects: list[Reject], entry_start: str) -> Batch:
    """Reject what does not begin like an entry: it can only stand where nothing came before."""
    is_entry = pl.col(TEXT).str.contains(entry_start)
    orphans = [Reject(line, _NO_START) for line in entries.filter(~is_entry)[LINE].to_list()]
    return Batch(entries.filter(is_entry), sorted([*orphans, *rejects], key=lambda reject: reject.line))
