"""A stream of bytes → blocks of whole physical lines, each line with its number, bounded in memory.

This room knows line ends and encodings; it must not know cells or JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.intake.files import InputFile, Readable, open_bytes

BLOCK_BYTES = 8 << 20
LINE_LIMIT = 16 << 20
_READ_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, each ending in a newline, and the first one's physical number; or the number of one too long."""

    data: bytes
    first_line: int
    too_long: int | None = None


def read_blocks(file: InputFile, line_limit: int | None = None) -> Iterator[Block]:
    """Read a file as blocks of whole lines, without byte order mark; a line past the limit comes as its number only.

    Raises InputError for a file that is empty, UTF-16 or torn.
    """
    with open_bytes(file) as stream:
        first = stream.read(_READ_BYTES)
        if not first.removeprefix(_BOM):
            raise InputError("is empty", where=file.name, remedy="export it again, or take it out of `path`")
        if first.startswith(_WIDE_BOMS):
            raise InputError("is not UTF-8 (it starts like UTF-16)", where=file.name, remedy="convert it to UTF-8")
        yield from _cut(first.removeprefix(_BOM), stream, line_limit or LINE_LIMIT)


def _cut(first: bytes, stream: Readable, line_limit: int) -> Iterator[Block]:
    pieces, size, line = [first], len(first), 1
    while True:
        piece = stream.read(_READ_BYTES)
        if piece:
            pieces.append(piece)
            size += len(piece)
        if piece and size < BLOCK_BYTES:
            continue
        data = b"".join(pieces)
        end = data.rfind(b"\n") + 1 if piece else len(data)
        if end:
            whole = data[:end] if data[end - 1 : end] == b"\n" else data[:end] + b"\n"
            yield Block(whole, line)
            line += whole.count(b"\n")
        if not piece:
            return
        rest = data[end:]
        if len(rest) > line_limit:
            yield Block(b"", line, too_long=line)
            line += 1
            rest = _skip_line(stream)
        pieces, size = [rest], len(rest)


def _skip_line(stream: Readable) -> bytes:
    """Read on to the end of a line nobody can hold; return what follows it."""
    while piece := stream.read(_READ_BYTES):
        _, newline, rest = piece.partition(b"\n")
        if newline:
            return bytes(rest)
    return b""


def invalid_utf8_lines(data: bytes) -> list[int]:
    """Find the lines (counted from 0) of a block that are not UTF-8; one step per such line, none for a clean block."""
    found: list[int] = []
    start = line = 0
    view = memoryview(data)
    while start < len(data):
        try:
            str(view[start:], "utf-8")
        except UnicodeDecodeError as problem:
            place = start + problem.start
            line += data.count(b"\n", start, place)
            found.append(line)
            start = data.find(b"\n", place) + 1
            line += 1
        else:
            break
    return found
