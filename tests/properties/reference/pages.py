"""Which page of a listing an event asked for, and who stood on it (semantics, section 5).

A page is offset and limit over the declared order, as the table was at that instant; filter first, then page. Where it
cannot be told which page it was, the whole listing is the smallest sure set.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any
from urllib.parse import parse_qsl

from .actors import as_list
from .clock import read_date, read_stamp
from .model import Event, Page, Reach, Record

PAGING = {
    "offset", "limit", "page", "per_page", "page_size", "pagesize", "page_token", "page_number", "cursor", "skip", "top",
    "start", "after", "before",
}  # fmt: skip
ROLES = ("offset", "number", "after", "size")


def paging_names(route: dict[str, Any]) -> dict[str, str]:
    """The declared parameters by what they say, in lower case."""
    page = route.get("page") or {}
    named = {"size" if role == "limit" else role: name for role, name in page.items()}
    return {role: named[role].strip().lower() for role in ROLES if role in named}


def query_of(event: Event, filtered: dict[str, str]) -> list[tuple[str, str]]:
    """The request's parameters: of the resource, and of the filters what is named as a page's."""
    query = event.attributes.get("resource", "").partition("?")[2].partition("#")[0]
    pairs = parse_qsl(query, keep_blank_values=True, separator="&")
    return [(name.strip().lower(), value.strip()) for name, value in pairs] + list(filtered.items())


def read_count(text: str) -> int | None:
    """A whole number, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def asks_for_a_page(names: set[str]) -> bool:
    """Whether some parameter is of those that ask for a page wherever they stand."""
    return bool(PAGING & {name.removeprefix("$") for name in names})


def read_page(
    event: Event, route: dict[str, Any], is_ordered: bool, filtered: dict[str, str]
) -> tuple[Page | None, bool]:
    """The page a listing's request asked for (None: none, or nobody can tell), and whether that is unread."""
    declared, names = route.get("page") or {}, paging_names(route)
    given = query_of(event, filtered)
    ignored = {name.strip().lower() for name in as_list(declared.get("ignored"))}
    others = {name for name, _ in given} - set(names.values()) - ignored
    literal = {part.partition("=")[0].lower() for part in route.get("resource", "").partition("?")[2].split("&")}
    strangers = others - literal
    is_asked = "default_size" in declared or any(name in names.values() for name, _ in given)
    is_cut = event.outcome == "aborted" and bool(event.row_count)
    values = {role: [value for name, value in given if name == names[role]] for role in names}
    page = place_page(declared, {role: found for role, found in values.items() if found}, event)
    is_readable = page is not None and not asks_for_a_page(others) and not (is_asked and strangers)
    if page is None or not is_readable or not is_ordered or not (is_asked or (is_cut and not strangers)):
        return None, event.row_count is None and (is_asked or not is_readable)
    if is_cut and event.row_count is not None:
        page.limit = event.row_count if page.limit is None else min(page.limit, event.row_count)
    elif page.limit is None:
        page.limit = event.row_count
    return page, page.limit is None


def place_page(declared: dict[str, Any], values: dict[str, list[str]], event: Event) -> Page | None:
    """Offset, limit and cursor of a request; None where they cannot be read."""
    if any(len(found) > 1 for found in values.values()):
        return None
    texts = {role: found[0] for role, found in values.items()}
    counts = {role: read_count(texts[role]) for role in ("offset", "number", "size") if role in texts}
    if None in counts.values() or texts.get("after") == "" or counts.get("size") == 0:
        return None
    size = counts.get("size", declared.get("default_size"))
    if size is not None and "largest_size" in declared:
        size = min(size, declared["largest_size"])
    page = Page(
        offset=counts.get("offset") or 0, limit=size, after=texts.get("after"), is_cut=event.outcome == "aborted"
    )
    number = counts.get("number")
    if number is not None:
        before = number - declared.get("first", 1)
        if before < 0 or (before and size is None):
            return None
        page.offset = before * (size or 0)
    return page


def place_value(text: str, column: dict[str, Any], dataset: dict[str, Any], zone: str) -> Any:
    """A record's value as its column compares; None for a blank one. ValueError where it cannot be read."""
    if not text.strip():
        return None
    stamps = (dataset.get("valid_from"), dataset.get("valid_to"))
    kind = column.get("type") or ("instant" if column["column"] in stamps else "text")
    if kind == "number":
        plain = text.strip().lstrip("+-").replace(".", "", 1)
        if not plain.isdigit() or not plain.isascii() or text.strip().startswith("."):
            raise ValueError
        return Decimal(text.strip())
    if kind == "instant":
        stamp = read_stamp(text.strip(), zone)
        readings = stamp[0] if stamp else read_date(text.strip(), zone)
        if readings is None or len(readings) > 1:
            raise ValueError
        return readings[0]
    return text.lower() if kind == "caseless" else text


def order_columns(dataset: dict[str, Any]) -> list[dict[str, Any]]:
    """The declared order, short forms written out."""
    columns = []
    for one in as_list(dataset.get("order")):
        if isinstance(one, str):
            is_descending = one.startswith("-")
            one = {"column": one.removeprefix("-"), "direction": "descending" if is_descending else "ascending"}
        columns.append(one)
    return columns


def compare(left: Any, right: Any, column: dict[str, Any]) -> int:
    """Which of two values comes first: blanks where the column has them, else by direction."""
    if left is None or right is None:
        nulls_first = column.get("nulls") == "first"
        return 0 if left is right else (-1 if (left is None) == nulls_first else 1)
    if left == right:
        return 0
    return -1 if (left < right) == (column.get("direction") != "descending") else 1


def compare_keys(left: str, right: str) -> int:
    """The last tie-break: keys of digits alone by number and first, others and equal numbers as text."""
    ours = [(0, int(key), key) if key.isascii() and key.isdigit() else (1, 0, key) for key in (left, right)]
    return (ours[0] > ours[1]) - (ours[0] < ours[1])


def put_in_order(records: list[Record], dataset: dict[str, Any], zone: str) -> list[Record] | None:
    """Records in the declared order, the key last; None if some value cannot be read."""
    columns = order_columns(dataset)
    try:
        values = {
            id(record): [place_value(record.raw.get(one["column"]) or "", one, dataset, zone) for one in columns]
            for record in records
        }
    except ValueError:
        return None

    def first(one: Record, other: Record) -> int:
        for column, left, right in zip(columns, values[id(one)], values[id(other)], strict=True):
            if compare(left, right, column):
                return compare(left, right, column)
        return compare_keys(one.key, other.key)

    return sorted(records, key=cmp_to_key(first))


def on_page(
    page: Page, asked: list[Record], at: datetime, dataset: dict[str, Any], zone: str, row_count: int | None
) -> tuple[list[Record], str | None]:
    """Who stood on a page at an instant, and why that is the whole listing if it is."""
    there = [record for record in asked if record.valid_from <= at < record.valid_to]
    listed = put_in_order(there, dataset, zone)
    if listed is None:
        return there, "unread_page"
    if page.after is None:
        rest = listed[page.offset :]
    else:
        begun = [
            one for one in asked if one.key == page.after and one.valid_from <= at and one.valid_from < one.valid_to
        ]
        cursor = max(begun, key=lambda one: one.valid_from, default=None)
        ordered = cursor and put_in_order([*(one for one in there if one is not cursor), cursor], dataset, zone)
        if not ordered or cursor is None:
            return there, "unread_page"
        rest = ordered[ordered.index(cursor) + 1 :]
    found = rest if page.limit is None else rest[: page.limit]
    if row_count is not None and row_count != len(found):
        return there, "page_rows_differ"
    return found, None


def is_bounded(reach: Reach, event: Event) -> bool:
    """Whether the reach takes into account already that the transfer was cut off."""
    return reach.page is not None and reach.page.is_cut and event.row_count is not None
