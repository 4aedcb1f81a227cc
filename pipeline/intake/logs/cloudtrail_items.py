"""Which items a request of DynamoDB named: its keys → record keys, conditions or resources of their own.

One key of one attribute is a record key. A key of several attributes is a condition on each of them. Several tables, or
several keys of several attributes, are resources of their own (`dynamodb://table?attribute=value`), and as a route to
the whole table holds for those too, what is read by it is an upper bound. Source: the service's API reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import polars as pl

from pipeline.intake.json_fields import parsed
from pipeline.intake.logs.roles import WITHHELD

_OUT = ("resource", "record_keys", "filters", "columns")
_CALLS = ("GetItem", "BatchGetItem", "TransactGetItems")
_Item = tuple[str, dict[str, str]]


def read_items(name: str, requests: pl.Series) -> pl.DataFrame:
    """Read the keys of requests (JSON text): resource, record_keys, filters and columns as text, null where none."""
    schema = dict.fromkeys(_OUT, pl.String)
    if name not in _CALLS:
        return pl.DataFrame({column: [None] * len(requests) for column in _OUT}, schema=schema)
    distinct = requests.unique(maintain_order=True)
    found = [_describe(name, parsed(text)) for text in distinct.to_list()]
    known = pl.DataFrame(found, schema=schema, orient="row").with_columns(distinct.alias("request"))
    joined = requests.alias("request").to_frame().join(
        known, on="request", how="left", nulls_equal=True, maintain_order="left"
    )  # fmt: skip
    return joined.select(_OUT)


def _describe(name: str, request: Any) -> tuple[str | None, ...]:
    if not isinstance(request, dict):
        return (None, None, None, None)
    reading = {"GetItem": _one, "BatchGetItem": _batch, "TransactGetItems": _transaction}[name]
    items = [(_short(table), key) for table, key in reading(request) if key]
    tables = list(dict.fromkeys(table for table, _ in items))
    columns = _columns(request) if name == "GetItem" else None
    if len(tables) == 1 and all(len(key) == 1 for _, key in items):
        keys = list(dict.fromkeys(value for _, key in items for value in key.values()))
        return (f"dynamodb://{tables[0]}", json.dumps(keys), None, columns)
    if len(items) == 1:
        return (f"dynamodb://{tables[0]}", None, json.dumps(items[0][1]), columns)
    if items:
        named = [f"dynamodb://{table}?{_as_query(key)}" for table, key in items]
        return (json.dumps(list(dict.fromkeys(named))), None, WITHHELD, None)
    unnamed = [f"dynamodb://{_short(table)}" for table, _ in reading(request) if table]
    return (json.dumps(unnamed) if unnamed else None, None, WITHHELD, None)


def _one(request: dict[str, Any]) -> Iterator[_Item]:
    yield _text(request.get("tableName")), _key(request.get("key"))


def _batch(request: dict[str, Any]) -> Iterator[_Item]:
    tables = request.get("requestItems")
    for table, wanted in tables.items() if isinstance(tables, dict) else ():
        keys = wanted.get("keys") if isinstance(wanted, dict) else None
        if not isinstance(keys, list) or not keys:
            yield table, {}
            continue
        for key in keys:
            yield table, _key(key)


def _transaction(request: dict[str, Any]) -> Iterator[_Item]:
    items = request.get("transactItems")
    for item in items if isinstance(items, list) else ():
        get = item.get("get") if isinstance(item, dict) else None
        if isinstance(get, dict):
            yield from _one(get)


def _key(value: Any) -> dict[str, str]:
    """Read a key, its values plain or typed (`{"S": "x"}`); one that is withheld or of another form is none."""
    if not isinstance(value, dict):
        return {}
    plain = {str(name): _value(item) for name, item in value.items()}
    return {name: text for name, text in plain.items() if text is not None} if None not in plain.values() else {}


def _value(item: Any) -> str | None:
    if isinstance(item, dict) and len(item) == 1:
        item = next(iter(item.values()))
    if isinstance(item, bool) or not isinstance(item, str | int | float):
        return None
    text = str(item).strip()
    return None if not text or text.startswith(("***", "HIDDEN_DUE_TO")) else text


def _as_query(key: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in key.items())


def _columns(request: dict[str, Any]) -> str | None:
    """Name the delivered attributes, if the request names them plainly."""
    wanted = request.get("attributesToGet")
    if isinstance(wanted, list) and wanted and all(isinstance(name, str) for name in wanted):
        return json.dumps(wanted)
    expression = request.get("projectionExpression")
    names = request.get("expressionAttributeNames")
    if not isinstance(expression, str):
        return None
    aliases = names if isinstance(names, dict) else {}
    columns = [aliases.get(part.strip(), part.strip()) for part in expression.split(",")]
    is_plain = all(isinstance(name, str) and name.replace("_", "").isalnum() for name in columns)
    return json.dumps(columns) if is_plain else None


def _short(table: str) -> str:
    """Name a table that is given by its ARN."""
    return table.rpartition("table/")[2] if table.startswith("arn:") else table


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
