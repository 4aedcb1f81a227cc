"""Which mail an audit record of Exchange says was read: folders and messages → resources and record keys.

A bind names messages, a sync means the whole folder, and a record that says it was throttled means that nothing more is
known of that mailbox for a day: so everything in it. Source: the vendor's guide to MailItemsAccessed investigations.
"""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import polars as pl

from pipeline.intake.json_fields import parsed
from pipeline.intake.logs.roles import WITHHELD, as_list, names

_OUT = ("resource", "record_keys", "filters")


def read_mail(records: pl.DataFrame) -> pl.DataFrame:
    """Say what mail each record reached: resource, record_keys and filters as text, one row each.

    `records`: mailbox (owner), folders, item (JSON text), is_sync, is_throttled.
    """
    keys = ["mailbox", "folders", "item", "is_sync", "is_throttled"]
    distinct = records.select(keys).unique(maintain_order=True)
    rows = [_describe(*row) for row in distinct.iter_rows()]
    known = pl.concat(
        [distinct, pl.DataFrame(rows, schema=dict.fromkeys(_OUT, pl.String), orient="row")], how="horizontal"
    )
    joined = records.select(keys).join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(_OUT)


def _describe(
    mailbox: str | None, folders: str | None, item: str | None, is_sync: bool | None, is_throttled: bool | None
) -> tuple[str | None, ...]:
    owner = f"mailbox://{mailbox or ''}/"
    if is_throttled:
        return (owner, None, WITHHELD)
    found = _folders(parsed(folders), parsed(item))
    paths = as_list([owner + path for path, _ in found])
    messages = list(dict.fromkeys(message for _, held in found for message in held))
    if is_sync or not messages:
        return (paths or owner, None, None if paths else WITHHELD)
    return (paths or owner, json.dumps(messages), None)


def _folders(folders: Any, item: Any) -> list[tuple[str, list[str]]]:
    """List folders and the messages named in each, from either form of a record."""
    found = [
        (_path(folder), [unescape(name) for name in names(_get(folder, "FolderItems"), "internetmessageid", "id")])
        for folder in (folders if isinstance(folders, list) else [])
        if isinstance(folder, dict)
    ]
    if isinstance(item, dict):
        parent = _get(item, "ParentFolder")
        message = names([item], "internetmessageid")
        found.append((_path(parent if isinstance(parent, dict) else {}), [unescape(name) for name in message]))
    return found


def _path(folder: dict[str, Any]) -> str:
    path = _get(folder, "Path")
    return path.strip("\\").replace("\\", "/") if isinstance(path, str) else ""


def _get(value: Any, key: str) -> Any:
    return value.get(key, value.get(key.lower())) if isinstance(value, dict) else None
