"""One row's bytes → where each of its values lies: CSV cells by their column, JSON members by their dotted path.

This room knows quotes and commas; it must not know what a column means. It reads the few rows that a byte range cuts,
one by one. Quotes, separators and surrounding blanks are not part of a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_QUOTE, _NEWLINE = ord('"'), ord("\n")
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Cells:
    """Places of a row's values in its file: column → first byte and the one after the last."""

    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    is_readable: bool = True


def csv_cells(data: bytes, start: int, names: Sequence[str], delimiter: str) -> Cells:
    """Find the cells of the first row in `data`, which begins at byte `start` of its file."""
    spans = dict(zip(names, _csv_spans(data, ord(delimiter)), strict=False))
    return Cells({name: _without_blanks(data, span, start) for name, span in spans.items()})


def json_cells(data: bytes, start: int) -> Cells:
    """Find the members of the object on the first line of `data`; of one that cannot be read, nothing is known."""
    line = data.partition(b"\n")[0]
    try:
        text = line.decode("utf-8-sig" if start == 0 else "utf-8")
        before = len(line) - len(text.encode())
        found = dict(_members(text, text.index("{"), "", 0))
    except (ValueError, RecursionError):
        return Cells(is_readable=False)
    spans: dict[str, tuple[int, int]] = {}
    for name, (first, last) in found.items():
        place = before + len(text[:first].encode())
        spans[name] = _without_blanks(line, (place, place + len(text[first:last].encode())), start)
    return Cells(spans)


def _csv_spans(data: bytes, delimiter: int) -> Iterator[tuple[int, int]]:
    place = 0
    while place <= len(data):
        is_quoted = place < len(data) and data[place] == _QUOTE
        end = _quoted_end(data, place + 1) if is_quoted else _plain_end(data, place, delimiter)
        yield (place + 1, end) if is_quoted else (place, end)
        place = _plain_end(data, end, delimiter) if is_quoted else end
        if place >= len(data) or data[place] == _NEWLINE:
            return
        place += 1


def _quoted_end(data: bytes, place: int) -> int:
    """Find the closing quote; two in a row are one of the value's own."""
    while True:
        place = data.find(b'"', place)
        if place < 0:
            return len(data)
        if data[place + 1 : place + 2] != b'"':
            return place
        place += 2


def _plain_end(data: bytes, place: int, delimiter: int) -> int:
    while place < len(data) and data[place] not in (delimiter, _NEWLINE):
        place += 1
    return place


def _without_blanks(data: bytes, span: tuple[int, int], start: int) -> tuple[int, int]:
    text = data[span[0] : span[1]]
    left = len(text) - len(text.lstrip(_BLANKS))
    return start + span[0] + left, start + span[0] + max(left, len(text.rstrip(_BLANKS)))


def _members(text: str, place: int, path: str, depth: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """List the members of the object that begins at `place`, and of the objects in it; of one name the last counts."""
    decoder = json.JSONDecoder()
    place = _skip(text, place + 1)
    while text[place : place + 1] == '"':
        name, place = decoder.raw_decode(text, place)
        first = _skip(text, _skip(text, place) + 1)
        _, last = decoder.raw_decode(text, first)
        if text[first] == "{" and depth < _DEEPEST:
            yield from _members(text, first, f"{path}{name}.", depth + 1)
        is_text = text[first] == '"'
        yield f"{path}{name}", (first + is_text, last - is_text)
        place = _skip(text, last)
        place = _skip(text, place + 1) if text[place : place + 1] == "," else place


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place
