"""Which bytes of a stored file an event delivered, and whose they are (semantics, section 5).

Plain: a file is text lines; where each value lies is found by walking over its line. Only for files that are said to be the
stored ones, byte for byte.
"""

from __future__ import annotations

import re
from typing import Any

from .model import Event, Inputs, Line, Reach, Record
from .records import keyless_key

Stretch = tuple[int, int]
MEMBER = re.compile(rb'"((?:[^"\\]|\\.)*)": "((?:[^"\\]|\\.)*)"')


def is_part(event: Event) -> bool:
    """Whether an event says that only part was delivered; a range that was answered with 200 was not heeded."""
    status = event.attributes.get("status", "")
    return status == "206" or (event.attributes.get("range", "") != "" and status != "200")


def read_stretches(text: str, size: int) -> list[Stretch] | None:
    """The stretches a range names; None where it cannot be one of this file."""
    plain = re.sub(r"(?i)^bytes\s*[= ]\s*", "", text)
    plain, slash, total = plain.partition("/")
    if slash and total not in ("*", str(size)):
        return None
    positions: set[int] = set()
    for part in plain.split(","):
        match = re.fullmatch(r"(\d*)-(\d*)", part.strip())
        if match is None or match.groups() == ("", ""):
            return None
        first, last = match.groups()
        start = int(first) if first else max(size - int(last), 0)
        end = min(int(last) + 1, size) if first and last else size
        if start >= end:
            return None
        positions |= set(range(start, end))
    starts = sorted(at for at in positions if at - 1 not in positions)
    ends = sorted(at + 1 for at in positions if at + 1 not in positions)
    return list(zip(starts, ends, strict=True))


def delivered_stretches(event: Event, size: int) -> tuple[list[Stretch] | None, bool]:
    """What was delivered of a file of that size (None: nobody can tell), and whether that heeds that it was cut off."""
    stretches: list[Stretch] | None = [(0, size)]
    if is_part(event):
        text = event.attributes.get("range", "")
        stretches = read_stretches(text, size) if text else None
    if event.outcome == "aborted" and event.byte_count and stretches and len(stretches) == 1:
        start, end = stretches[0]
        return [(start, min(end, start + event.byte_count))], True
    return stretches, False


def reach_by_bytes(event: Event, reach: Reach, incident: dict[str, Any], inputs: Inputs) -> list[Reach]:
    """A whole read of a stored file as one reach for each stretch of it that was delivered."""
    assert reach.dataset is not None
    data = inputs.datasets[reach.dataset].data
    is_stored = incident["datasets"][reach.dataset].get("byte_exact") and data is not None
    if not is_stored or data is None or reach.is_stand_in or reach.unlocks or reach.kind != "whole":
        return [reach]
    stretches, is_heeded = delivered_stretches(event, len(data))
    if stretches is None:
        return [reach]
    reach.reasons.discard("partial_content")
    if is_heeded:
        reach.reasons.discard("aborted")
    reach.byte_count = sum(end - start for start, end in stretches)
    if stretches == [(0, len(data))]:
        return [reach]
    reach.kind = "range"
    return [reach.with_stretch(stretch) for stretch in stretches]


def places_of(row: bytes, start: int, name: str, columns: list[str]) -> dict[str, Stretch]:
    """Where each value of a line lies in its file, without quotes and the blanks around it."""
    if name.endswith(".csv"):
        found = dict(zip(columns, csv_places(row), strict=True))
    else:
        found = {match[1].decode(): match.span(2) for match in MEMBER.finditer(row)}
    places = {}
    for column, (first, last) in found.items():
        text = row[first:last]
        left = len(text) - len(text.lstrip())
        places[column] = (start + first + left, start + first + left + len(text.strip()))
    return places


def csv_places(row: bytes) -> list[Stretch]:
    """The cells of a line of CSV, walked over sign by sign."""
    places, first, is_quoted, at = [], 0, False, 0
    while at < len(row):
        sign = row[at : at + 1]
        if sign == b'"' and not is_quoted:
            is_quoted = True
        elif sign == b'"' and row[at + 1 : at + 2] == b'"':
            at += 1
        elif sign == b'"':
            is_quoted = False
        elif sign == b"," and not is_quoted:
            places.append((first, at))
            first = at + 1
        at += 1
    places.append((first, len(row)))
    return [(start + 1, end - 1) if row[start : start + 1] == b'"' else (start, end) for start, end in places]


def bytes_arrived(reach: Reach, line: Line, inputs: Inputs) -> tuple[set[str], set[str]] | None:
    """The columns of a line that arrived at all, and of these the ones in part; None if nothing of it did."""
    assert reach.dataset is not None
    assert reach.stretch is not None
    source = inputs.datasets[reach.dataset]
    rows = (source.data or b"").split(b"\n")
    start = sum(len(row) + 1 for row in rows[: line.number - 1])
    whole, part = set(), set()
    for column, (first, last) in places_of(rows[line.number - 1], start, line.file, source.columns).items():
        count = len(range(max(first, reach.stretch[0]), min(last, reach.stretch[1])))
        if count:
            (whole if count == last - first else part).add(column)
    return (whole | part, part) if whole or part else None


def arrived_records(
    reach: Reach, asked: list[Record], incident: dict[str, Any], inputs: Inputs
) -> list[tuple[Record, set[str], set[str]]]:
    """Every line of which something arrived: its record, the columns that arrived, and those in part."""
    assert reach.dataset is not None
    dataset = incident["datasets"][reach.dataset]
    source = inputs.datasets[reach.dataset]
    by_key = {record.key: record for record in asked}
    found = []
    for line in source.lines:
        record = by_key.get(line.text(dataset.get("key")) or keyless_key(line, source.columns))
        arrived = bytes_arrived(reach, line, inputs) if record is not None else None
        if record is not None and arrived is not None:
            found.append((record, *arrived))
    return found
