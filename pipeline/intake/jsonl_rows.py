"""JSON lines → rows: one object a line, columns as dotted paths into it.

This room knows JSON; it must not know what a column means. A list or object in a cell comes as its JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from pipeline.intake.files import InputFile
from pipeline.intake.json_cells import search
from pipeline.intake.lines import Block, invalid_utf8_lines, read_blocks
from pipeline.intake.plain_objects import take_plain
from pipeline.intake.rows import LINE, Batch, Layout, Reject, cell_name, empty_frame, require_columns, strip_nuls
from pipeline.intake.text_rows import TEXT

_DEEPEST = 100
_NOT_JSON, _NOT_OBJECT = "not JSON", "not a JSON object"


@dataclass(slots=True)
class Seen:
    """Which columns any line of a file held, and the keys of its first object, for a helpful refusal."""

    columns: set[str] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    line_count: int = 0


def read_jsonl(file: InputFile, layout: Layout, seen: Seen) -> Iterator[Batch]:
    """Read a file of JSON lines as batches, keeping in `seen` which columns it has."""
    for block in read_blocks(file):
        if block.too_long is not None:
            yield Batch(empty_frame(layout), [Reject(block.too_long, "line too long")])
            continue
        yield _read_block(block, layout, seen)


def read_jsonl_keys(file: InputFile, layout: Layout) -> list[str]:
    """List the dotted paths found in the first block's objects, as far as one look shows them."""
    seen = Seen()
    block = next(read_blocks(file))
    _note_keys(block.data[: 1 << 20].decode(errors="replace").split("\n")[:1000], seen)
    return list(dict.fromkeys([*seen.keys, *layout.required]))


def require_seen(seen: Seen, layout: Layout, name: str) -> None:
    """Raise InputError if an asked column stands in no line at all: most likely its name is misspelt."""
    if seen.line_count:
        require_columns([*seen.columns, *(key for key in seen.keys if key not in seen.columns)], layout, name)


def _read_block(block: Block, layout: Layout, seen: Seen) -> Batch:
    bad = dict.fromkeys(invalid_utf8_lines(block.data), "invalid UTF-8")
    texts = block.data.decode(errors="replace").split("\n")[:-1]
    lines = pl.DataFrame({TEXT: texts}, schema={TEXT: pl.String}).with_row_index("row")
    lines = lines.with_columns(pl.col(TEXT).str.strip_chars()).filter(pl.col(TEXT) != "")
    if bad:
        lines = lines.filter(~pl.col("row").is_in(list(bad)))
    plain, others = take_plain(lines, layout.columns, layout.is_whole_needed)
    judged = others.with_columns(_judge().alias("reason"))
    refused = judged.filter(pl.col("reason").is_not_null())
    bad.update(zip(refused["row"].to_list(), refused["reason"].to_list(), strict=True))
    objects = judged.filter(pl.col("reason").is_null()).drop("reason")
    good = pl.concat([plain, search(objects, layout.columns, layout.is_whole_needed)]).sort("row")
    rejects = [Reject(block.first_line + row, reason) for row, reason in sorted(bad.items())]
    return Batch(_frame(good, block, layout, seen), rejects)


def _judge() -> pl.Expr:
    """Say why a line is no object; null if it is one."""
    is_json = pl.col(TEXT).str.json_path_match("$").is_not_null() | (pl.col(TEXT) == "null")
    is_object = pl.col(TEXT).str.starts_with("{")
    return pl.when(~is_json).then(pl.lit(_NOT_JSON)).when(~is_object).then(pl.lit(_NOT_OBJECT))


def _frame(good: pl.DataFrame, block: Block, layout: Layout, seen: Seen) -> pl.DataFrame:
    line = (pl.col("row").cast(pl.Int64) + block.first_line).alias(LINE)
    frame = good.select(line, pl.exclude("row", TEXT))
    seen.line_count += good.height
    if not seen.keys and good.height:
        _note_keys(good[TEXT].head(1).to_list(), seen)
    for column in layout.required:
        if column not in seen.columns and _holds(frame, good, column):
            seen.columns.add(column)
    return strip_nuls(frame) if b"\x00" in block.data or b"\\u0000" in block.data else frame


def _holds(frame: pl.DataFrame, good: pl.DataFrame, column: str) -> bool:
    """Tell whether any line has this column, be it as null: an absent one would silently lose people."""
    if frame[cell_name(column)].null_count() < frame.height:
        return True
    last = json.dumps(column.rpartition(".")[2], ensure_ascii=False)
    return bool(good[TEXT].str.contains(last, literal=True).any())


def _note_keys(texts: list[str], seen: Seen) -> None:
    """Keep the dotted paths of some objects; deep ones are cut, for a JSON bomb has no columns."""
    for text in texts:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            seen.keys = list(dict.fromkeys([*seen.keys, *_paths(value, "", 0)]))


def _paths(value: dict[str, object], before: str, depth: int) -> Iterator[str]:
    for key, inner in list(value.items())[:1000]:
        if isinstance(inner, dict) and depth < _DEEPEST:
            yield from _paths(inner, f"{before}{key}.", depth + 1)
        yield before + key
