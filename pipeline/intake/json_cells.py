"""JSON objects → the cells of columns, which are dotted paths into them.

This room knows JSON; it must not know what a column means. A list or object in a cell comes as its JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec
import polars as pl

from pipeline.intake.plain_objects import STYLES, take_plain
from pipeline.intake.rows import WHOLE, cell_name
from pipeline.intake.text_rows import TEXT


def find_cells(objects: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Find the cells of columns in objects (`text`), in the objects' order; of what is no JSON nothing is found."""
    lines = objects.select(TEXT).with_row_index("row")
    plain, others = take_plain(lines, columns, is_whole_needed=False)
    found = pl.concat([plain, search(others, columns, is_whole_needed=False)]).sort("row")
    return found.select(cell_name(column) for column in columns)


def search(objects: pl.DataFrame, columns: Sequence[str], is_whole_needed: bool) -> pl.DataFrame:
    """Search each object for each column, whatever it holds and however it is written; WHOLE as `take_plain` has it."""
    cells = [look_up(column).alias(cell_name(column)) for column in columns]
    whole = [without_nulls(objects[TEXT]).alias(WHOLE)] if is_whole_needed else []
    return objects.with_columns(*cells, *whole)


def without_nulls(texts: pl.Series) -> pl.Series:
    """Write objects as if no key in them were null, however deep: one that is null and one that is missing are one.

    A text whose style is neither of the two usual ones stays as it is.
    """
    distinct = texts.filter(texts.str.contains("null", literal=True)).unique()
    if not len(distinct):
        return texts
    return texts.replace(distinct, pl.Series([_drop_nulls(text) for text in distinct.to_list()], dtype=pl.String))


def _drop_nulls(text: str) -> str:
    for style in STYLES:
        try:
            if _written(text, style, is_dropping=False) == text:
                return _written(text, style, is_dropping=True)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            break
    return text


def _written(text: str, style: tuple[str, str], *, is_dropping: bool) -> str:
    """Write a JSON text anew in a style, with or without its null keys; parts that hold none stay as they are."""
    colon, comma = style
    if "null" not in text or text[0] not in "{[":
        return text
    if text[0] == "[":
        items = msgspec.json.decode(text, type=list[msgspec.Raw])
        return "[" + comma.join(_written(bytes(item).decode(), style, is_dropping=is_dropping) for item in items) + "]"
    held = {key: bytes(raw).decode() for key, raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items()}
    pairs = (
        f"{json.dumps(key, ensure_ascii=False)}{colon}{_written(value, style, is_dropping=is_dropping)}"
        for key, value in held.items()
        if not (is_dropping and value == "null")
    )
    return "{" + comma.join(pairs) + "}"


def look_up(column: str) -> pl.Expr:
    """Find a dotted path in the JSON object that stands in column `text`; a key that holds dots itself is found too."""
    nested = pl.col("text").str.json_path_match("$" + "".join(_step(part) for part in column.split(".")))
    if "." not in column:
        return nested
    return pl.coalesce(nested, pl.col("text").str.json_path_match("$" + _step(column)))


def _step(name: str) -> str:
    if "'" in name or "\\" in name:
        return f"[{json.dumps(name, ensure_ascii=False)}]"
    return f"['{name}']"
