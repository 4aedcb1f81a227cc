"""A request's paging parameters → which page of the listing it asked for.

This room judges one event at a time (semantics, section 5): how many records stand before the page and how many on it.
Which records those are depends on all others and is SQL's business. A page whose place cannot be told is said to be
unread; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

import polars as pl

from pipeline.config import Page
from pipeline.intake.filters import look_up
from pipeline.intake.routes import CompiledRoute

UNREAD_PAGE = "unread_page"
# Parameters that ask for a page wherever they stand. Where a route does not say what they mean, the page is unread.
_PAGING = (
    r"(?i)(?:^|&)\$?(?:offset|limit|page|per_page|page_?size|page_token|page_number"
    r"|cursor|skip|top|start|after|before)="
)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
_FURTHEST = 10**15  # no listing is longer, and numbers stay within 64 bits
_NO_PAGE = Page()
_SCHEMA: dict[str, pl.DataType] = {
    "page_offset": pl.Int64(), "page_limit": pl.Int64(), "page_after_key": pl.String(), "is_asked": pl.Boolean(),
    "is_unread": pl.Boolean(), "is_unaccounted": pl.Boolean(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins and how long it is; `limit` is None if the request leaves that open."""

    offset: int | None = 0
    limit: int | None = None
    after: str | None = None


def with_pages(events: pl.DataFrame, route: CompiledRoute) -> pl.DataFrame:
    """Add page_offset, page_limit, page_after_key, is_page, is_bounded and unread_page.

    `events`: query, paging, row_count, outcome, is_alone (whether the event named one resource only), and is_whole:
    whether nothing more exact than a listing is known and all that is known of it could be read. A transfer that was
    cut off and logged N rows is the first N (is_bounded).
    """
    target = route.target
    is_ordered = target is not None and target.is_ordered and not route.route.stand_in
    events = _with_parameters(events, route, is_ordered)
    row_count = pl.when("is_alone").then("row_count")
    is_cut = (pl.col("outcome") == "aborted") & (row_count > 0).fill_null(False)
    is_cut_whole = is_cut & ~pl.col("is_unaccounted")
    is_page = pl.lit(is_ordered) & pl.col("is_whole") & ~pl.col("is_unread") & (pl.col("is_asked") | is_cut_whole)
    limit = pl.coalesce(pl.col("page_limit"), row_count)
    is_unknown = (
        pl.when(is_page)
        .then(limit.is_null())
        .otherwise(pl.col("row_count").is_null() & (pl.col("is_asked") | pl.col("is_unread")))
    )
    return events.with_columns(
        is_page.alias("is_page"),
        (is_page & is_cut).alias("is_bounded"),
        (is_unknown & ~pl.col("is_key")).alias(UNREAD_PAGE),
        pl.when(is_page).then("page_offset").alias("page_offset"),
        pl.when(is_page)
        .then(pl.when(is_cut).then(pl.min_horizontal(limit, "row_count")).otherwise(limit))
        .alias("page_limit"),
        pl.when(is_page).then("page_after_key").alias("page_after_key"),
    )


def _with_parameters(events: pl.DataFrame, route: CompiledRoute, is_ordered: bool) -> pl.DataFrame:
    page = route.route.page
    if page is None and not is_ordered:
        is_unread = pl.col("query").str.contains(_PAGING)
        return events.with_columns(
            pl.lit(None, pl.Int64).alias("page_offset"),
            pl.lit(None, pl.Int64).alias("page_limit"),
            pl.lit(None, pl.String).alias("page_after_key"),
            pl.lit(False).alias("is_asked"),
            is_unread.alias("is_unread"),
            is_unread.alias("is_unaccounted"),
        )
    known = {name.lower() for name in route.parameter_names}
    request = pl.concat_str("query", pl.lit("&"), "paging").str.strip_chars("&").alias("request")
    return look_up(
        events.with_columns(request), "request", lambda text: _read_request(text, page or _NO_PAGE, known), _SCHEMA
    )


def _read_request(text: str, page: Page, known: set[str]) -> dict[str, object]:
    """Read one request's parameters; `known` are those that the route's pattern names."""
    given: dict[str, list[str]] = {}
    for name, value in _parameters(text):
        given.setdefault(name.lower(), []).append(value)
    is_named = any(name in given for name in page.names)
    is_asked = is_named or page.default_size is not None
    others = set(given) - set(page.names) - {name.strip().lower() for name in page.ignored}
    is_unaccounted = bool(others - known)
    place = _place(page, given)
    is_paging = any(re.search(_PAGING, f"{name}=") for name in others)
    return {
        "page_offset": place.offset if place else None,
        "page_limit": place.limit if place else None,
        "page_after_key": place.after if place else None,
        "is_asked": is_asked,
        "is_unread": place is None or is_paging or (is_asked and is_unaccounted),
        "is_unaccounted": is_unaccounted,
    }


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for part in text.partition("#")[0].split("&"):
        if part:
            name, _, value = part.partition("=")
            yield unquote_plus(name).strip(), unquote_plus(value).replace("\x00", "").strip()


def _place(page: Page, given: dict[str, list[str]]) -> _Place | None:
    """Work out where the page begins; None where a parameter cannot be read or stands there twice."""
    if any(len(given.get(name, ())) > 1 for name in page.names):
        return None
    texts = {role: _text(given, getattr(page, role)) for role in ("offset", "number", "after", "size")}
    numbers = {role: _whole(texts[role]) for role in ("offset", "number", "size")}
    if any(texts[role] is not None and number is None for role, number in numbers.items()) or texts["after"] == "":
        return None
    size = page.default_size if numbers["size"] is None else numbers["size"]
    if size == 0:
        return None
    if size is not None and page.largest_size is not None:
        size = min(size, page.largest_size)
    if numbers["number"] is None:
        return _Place(numbers["offset"] or 0, size, texts["after"])
    before = numbers["number"] - page.first
    if before < 0 or (size is None and before > 0):
        return None
    return _Place(min(before * (size or 0), _FURTHEST), size)


def _text(given: dict[str, list[str]], name: str | None) -> str | None:
    values = given.get(name.strip().lower(), []) if name is not None else []
    return values[0] if values else None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and _WHOLE_NUMBER.fullmatch(text) else None
