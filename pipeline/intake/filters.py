"""Cells that hold several values → lists of keys and names, and conditions on a dataset's columns.

This room reads the texts of one cell; it must not know which records they lead to. Only distinct texts are read one by
one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import suppress
from urllib.parse import quote_plus

import polars as pl

from pipeline.intake.routes import Target

_CONDITION = pl.Struct({"column_name": pl.String, "value": pl.String})
_FILTERS: dict[str, pl.DataType] = {
    "conditions": pl.List(_CONDITION),
    "is_empty": pl.Boolean(),
    "is_unreadable": pl.Boolean(),
    "paging": pl.String(),
}


def parse_list(text: str, separator: str) -> list[str]:
    """Read several values from one cell: a JSON list, or text with a separator; blank ones are dropped, each once."""
    items: list[object] = list(text.split(separator))
    if text.lstrip().startswith("["):
        with suppress(ValueError, RecursionError):
            items = list(json.loads(text))
    plain = (item if isinstance(item, str) else json.dumps(item) for item in items if item is not None)
    return list(dict.fromkeys(item.strip() for item in plain if item.strip()))


def parse_filters(text: str, separator: str, target: Target, paging: Collection[str] = ()) -> dict[str, object]:
    """Read `region=EU;status=active` or a JSON object into conditions on the dataset's columns, and what went wrong.

    What stands under a name of `paging` (in lower case) is no condition and comes back as a query string.
    """
    conditions: list[dict[str, str]] = []
    pages: list[str] = []
    is_empty = is_unreadable = False
    for name, value in _filter_pairs(text, separator):
        if name.strip().lower() in paging and value is not None:
            pages.append(f"{quote_plus(name.strip())}={quote_plus(value.strip())}")
            continue
        column = target.resolve(name) if value is not None else None
        if column is None or value is None:
            is_unreadable = True
        elif not value.strip():
            is_empty = True
        else:
            conditions.append({"column_name": column, "value": value.strip().lower()})
    return {
        "conditions": conditions, "is_empty": is_empty, "is_unreadable": is_unreadable, "paging": "&".join(pages),
    }  # fmt: skip


def with_filters(events: pl.DataFrame, target: Target, separator: str, paging: Collection[str]) -> pl.DataFrame:
    """Add what the events' `filters` say: conditions, is_empty, is_unreadable, paging."""
    return look_up(events, "filters", lambda text: parse_filters(text, separator, target, paging), _FILTERS)


def split_lists(text: pl.Expr, separator: str) -> pl.Expr:
    """Read cells of several values; only those that look like JSON are read one by one."""

    def read(texts: pl.Series) -> pl.Series:
        if not texts.str.contains(r"\S").any():
            return pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, len(texts))
        return texts.to_frame("text").select(_split(pl.col("text"), separator)).to_series()

    return text.map_batches(read, return_dtype=pl.List(pl.String))


def _split(text: pl.Expr, separator: str) -> pl.Expr:
    cells = text.fill_null("")
    is_json = cells.str.strip_chars_start().str.starts_with("[")

    def read_json(texts: pl.Series) -> pl.Series:
        distinct = texts.unique(maintain_order=True)
        parsed = [parse_list(text, separator) for text in distinct.to_list()]
        lists = pl.Series("list", parsed, dtype=pl.List(pl.String))
        known = pl.DataFrame([distinct.alias("text"), lists])
        return texts.alias("text").to_frame().join(known, on="text", how="left", maintain_order="left")["list"]

    plain = cells.str.split(separator).list.eval(pl.element().str.strip_chars()).list.unique(maintain_order=True)
    plain = plain.list.eval(pl.element().filter(pl.element() != ""))
    nested = pl.when(is_json).then(cells).otherwise(pl.lit("")).map_batches(read_json, return_dtype=pl.List(pl.String))
    return pl.when(is_json).then(nested).otherwise(plain)


def look_up(
    frame: pl.DataFrame, column: str, function: Callable[[str], dict[str, object]], schema: dict[str, pl.DataType]
) -> pl.DataFrame:
    """Add what `function` says of each distinct text of a column; the frame must not have such columns yet."""
    assert not schema.keys() & set(frame.columns), "a column would hide another"
    distinct = frame[column].unique(maintain_order=True)
    found = pl.DataFrame([function(text) for text in distinct.to_list()], schema=schema)
    return frame.join(found.insert_column(0, distinct), on=column, how="left", maintain_order="left")


def _filter_pairs(text: str, separator: str) -> list[tuple[str, str | None]]:
    if text.startswith("{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return [("", None)]
        return [(name, item if isinstance(item, str) else json.dumps(item)) for name, item in value.items()]
    pairs = [item.partition("=") for item in parse_list(text, separator)]
    return [(name.strip(), value if sign else None) for name, sign, value in pairs]
