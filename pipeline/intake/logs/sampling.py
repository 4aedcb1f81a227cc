"""The beginning of a log file, looked at as lines, as JSON and as a table, so that its format can be told.

This room reads a little and judges nothing; nothing of a sample is ever shown.
"""

from __future__ import annotations

import csv
import json

from pipeline.intake.files import InputFile, open_bytes
from pipeline.intake.logs.formats import Sample
from pipeline.intake.parquet_rows import read_parquet_names

_SAMPLE_BYTES = 1 << 16
_PARQUET_MAGIC = b"PAR1"
_WRAPPED_AT_MOST = 4
_LISTS = "["


def take_sample(file: InputFile) -> Sample:
    """Look at the beginning of a file; raises InputError for one that cannot be opened."""
    with open_bytes(file) as stream:
        data = b""
        while len(data) < _SAMPLE_BYTES and (piece := stream.read(_SAMPLE_BYTES)):
            data += piece
    if data.startswith(_PARQUET_MAGIC):
        return Sample(header=read_parquet_names(file))
    text = data.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    lines = text.split("\n")
    complete = lines if len(data) < _SAMPLE_BYTES or len(lines) == 1 else lines[:-1]
    return Sample([line.rstrip("\r") for line in complete], first_object(text), _header(complete))


def first_object(text: str) -> dict[str, object] | None:
    """Find the first JSON object in a text: by itself, in an array, or in the first list of a wrapping object."""
    start = text.lstrip()
    if start[:1] not in ("{", _LISTS):
        return None
    decoder = json.JSONDecoder()
    whole = _decode(decoder, start, 0)
    if isinstance(whole, list):
        whole = next(iter(whole), None)
    if isinstance(whole, dict):
        inner = next((value for value in whole.values() if _is_list_of_objects(value)), None)
        return inner[0] if isinstance(inner, list) and len(whole) <= _WRAPPED_AT_MOST else whole
    if whole is not None:
        return None
    # The sample ends within the value: its first element may be whole.
    place = start.find(_LISTS)
    found = _decode(decoder, start, place + 1 + _blanks(start, place + 1)) if place >= 0 else None
    return found if isinstance(found, dict) else None


def _decode(decoder: json.JSONDecoder, text: str, place: int) -> object | None:
    try:
        value: object = decoder.raw_decode(text, place)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _blanks(text: str, place: int) -> int:
    return len(text[place:]) - len(text[place:].lstrip())


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _header(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error:
        return []
