"""Files of JSON objects → rows, one object each, as text: JSON lines, arrays, wrapped lists, table exports.

This room knows where one object ends and the next begins; it must not know what stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import polars as pl

from pipeline.errors import InputError
from pipeline.intake.csv_rows import read_csv, read_csv_header
from pipeline.intake.files import InputFile, Readable, open_bytes
from pipeline.intake.json_cuts import cut_elements
from pipeline.intake.lines import Block, read_blocks
from pipeline.intake.parquet_rows import read_parquet_objects
from pipeline.intake.rows import LINE, Batch, Layout, Reject, cell, cell_name
from pipeline.intake.text_rows import TEXT, lines_of

DOCUMENT_LIMIT = 1 << 30
_PEEK_BYTES = 1 << 16
_PARQUET_MAGIC = b"PAR1"
_SCHEMA = {LINE: pl.Int64, TEXT: pl.String}
_NOT_JSON, _NOT_OBJECT, _TOO_LONG = "not JSON", "not a JSON object", "line too long"


def read_objects(
    file: InputFile, wrappers: tuple[str, ...], json_column: str | None, delimiter: str, where: str
) -> Iterator[Batch]:
    """Read a file of objects: `line` and `text`, one JSON object.

    The line is the physical one of JSON lines, else the object's number in the file. Of CSV and Parquet files the
    objects stand in `json_column` if there is such a column, else each row is an object. Raises InputError for a file
    whose JSON breaks off.
    """
    with open_bytes(file) as stream:
        start = _peek(stream)
    if start.startswith(_PARQUET_MAGIC):
        yield from _from_parquet(file, json_column)
    elif start[:1] not in (b"{", b"["):
        yield from _from_csv(file, json_column, delimiter, where)
    elif _is_document(start):
        yield from _read_document(file, wrappers)
    else:
        yield from _read_lines(file, wrappers)


def _peek(stream: Readable) -> bytes:
    data = b""
    while len(data) < _PEEK_BYTES and (piece := stream.read(_PEEK_BYTES)):
        data += piece
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_document(start: bytes) -> bool:
    """Tell whether values span lines: then the first line is no value by itself."""
    first, newline, _ = start.partition(b"\n")
    if not newline:
        return first[:1] == b"["
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except msgspec.DecodeError:
        return True
    return first[:1] == b"["


def _read_lines(file: InputFile, wrappers: tuple[str, ...]) -> Iterator[Batch]:
    count = 0
    for block in read_blocks(file, DOCUMENT_LIMIT):
        if block.too_long is not None:
            yield Batch(pl.DataFrame(schema=_SCHEMA), [Reject(block.too_long, _TOO_LONG)])
            continue
        for batch in _read_block(block, wrappers, count, file):
            count += batch.line_count
            yield batch


def _read_block(block: Block, wrappers: tuple[str, ...], count: int, file: InputFile) -> Iterator[Batch]:
    lines = lines_of(block).with_columns(pl.col(TEXT).str.strip_chars())
    if wrappers:
        keys = "|".join(f'"{key}"' for key in wrappers)
        is_wrapped = lines[TEXT].str.contains(rf"^\{{\s*(?:{keys})\s*:\s*\[")
        for line, text in lines.filter(is_wrapped).iter_rows():
            found = _unwrap(text.encode(), wrappers, file, line)
            yield _judged(_frame_of(found, count + 1))
            count += len(found)
        lines = lines.filter(~is_wrapped)
    if lines.height:
        yield _judged(lines)


def _read_document(file: InputFile, wrappers: tuple[str, ...]) -> Iterator[Batch]:
    with open_bytes(file) as stream:
        pieces, size = [], 0
        while piece := stream.read(1 << 20):
            pieces.append(piece)
            size += len(piece)
            if size > DOCUMENT_LIMIT:
                what = "is one JSON value of more than a gigabyte"
                raise InputError(what, where=file.name, remedy="write it as JSON lines, one object a line")
    data = b"".join(pieces).removeprefix(b"\xef\xbb\xbf").decode(errors="replace").encode()
    texts = _unwrap(data, wrappers, file, 1)
    for first in range(0, len(texts), 50_000):
        yield _judged(_frame_of(texts[first : first + 50_000], first + 1))


def _unwrap(data: bytes, wrappers: tuple[str, ...], file: InputFile, line: int) -> list[str]:
    """List the objects of one array, wrapper or object; several values one after the other are all read."""
    is_told_twice = any(data.count(f'"{key}"'.encode()) > 1 for key in wrappers)
    try:
        if not is_told_twice:
            return [bytes(raw).decode() for raw in _elements(data, wrappers)]
    except msgspec.DecodeError:
        pass
    except RecursionError:
        is_told_twice = True
    if is_told_twice and (cut := cut_elements(data.decode(), wrappers)) is not None:
        return cut
    found: list[str] = []
    for value in _values(data.decode(), file, line):
        found += [bytes(raw).decode() for raw in _elements(value.encode(), wrappers)]
    return found


def _elements(data: bytes, wrappers: tuple[str, ...]) -> list[msgspec.Raw]:
    if data.lstrip()[:1] == b"[":
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    held = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    for key in wrappers:
        if key in held and bytes(held[key])[:1] == b"[":
            return msgspec.json.decode(held[key], type=list[msgspec.Raw])
    return [msgspec.Raw(data)]


def _values(text: str, file: InputFile, line: int) -> Iterator[str]:
    """Cut a text into its JSON values."""
    decoder = json.JSONDecoder()
    place = 0
    number = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        number += 1
        try:
            _, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            what = f"its JSON breaks off in value {number}, from line {line} on"
            remedy = "copy it again from its source; what is damaged cannot be read in part"
            raise InputError(what, where=file.name, remedy=remedy) from None
        yield text[place:end]
        place = end


def _frame_of(texts: list[str], first: int) -> pl.DataFrame:
    numbers = pl.int_range(first, first + len(texts), dtype=pl.Int64, eager=True)
    return pl.DataFrame([numbers.alias(LINE), pl.Series(TEXT, texts, dtype=pl.String)])


def _judged(frame: pl.DataFrame) -> Batch:
    """Reject what does not begin like an object; whether one holds to its end is for its reader, which decodes it."""
    is_object = pl.col(TEXT).str.starts_with("{")
    is_json = pl.col(TEXT).str.json_path_match("$").is_not_null() | (pl.col(TEXT) == "null")
    reason = pl.when(is_json).then(pl.lit(_NOT_OBJECT)).otherwise(pl.lit(_NOT_JSON))
    refused = frame.filter(~is_object).select(LINE, reason.alias("reason"))
    return Batch(frame.filter(is_object), [Reject(*row) for row in refused.iter_rows()])


def _from_csv(file: InputFile, json_column: str | None, delimiter: str, where: str) -> Iterator[Batch]:
    names = read_csv_header(file, Layout((), delimiter=delimiter, where=where))
    if json_column in names:
        for batch in read_csv(file, Layout((str(json_column),), delimiter=delimiter, where=where)):
            judged = _judged(batch.frame.select(LINE, cell(str(json_column)).str.strip_chars().alias(TEXT)))
            yield Batch(judged.frame, [*batch.rejects, *judged.rejects])
        return
    layout = Layout(tuple(names), delimiter=delimiter, where=where)
    for batch in read_csv(file, layout):
        row = pl.struct(pl.col(cell_name(name)).alias(name) for name in layout.columns).struct.json_encode()
        yield Batch(batch.frame.select(LINE, row.alias(TEXT)), batch.rejects)


def _from_parquet(file: InputFile, json_column: str | None) -> Iterator[Batch]:
    for lines, texts in read_parquet_objects(file, json_column):
        frame = pl.DataFrame([lines.alias(LINE), texts.alias(TEXT)])
        yield _judged(frame.with_columns(pl.col(TEXT).fill_null("").str.strip_chars()))
