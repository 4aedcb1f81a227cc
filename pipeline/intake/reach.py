"""Resource × route → which dataset an event reached, which records of it, and which columns.

This room judges one event at a time; it must not know the records, the window or the intruder (semantics, sections 5
and 6). The most exact evidence wins: record keys, then a page, then column equals value, then the bytes of a stored
file, then the whole dataset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

import polars as pl

from pipeline.config import Page, Route
from pipeline.intake.byte_ranges import is_part, with_ranges
from pipeline.intake.filters import look_up, parse_list, split_lists, with_filters
from pipeline.intake.needed import ByteRange, Needed
from pipeline.intake.pages import UNREAD_PAGE, with_pages
from pipeline.intake.routes import KEY, CompiledRoute, Projection, Target, project
from pipeline.intake.selectors import glob_regex
from pipeline.intake.words import fold

CLIPPED_TEXT, EMPTY_FILTER, PARTIAL_CONTENT = "clipped_text", "empty_filter", "partial_content"
UNKNOWN_COLUMNS, UNREADABLE_FILTER = "unknown_columns", "unreadable_filter"

_REASONS = (CLIPPED_TEXT, EMPTY_FILTER, PARTIAL_CONTENT, UNKNOWN_COLUMNS, UNREAD_PAGE, UNREADABLE_FILTER)
_UNIT, _PAIR = "\x1f", "\x1e"
# What a route without a dataset has nothing to say of.
_ABSENT = {
    **{name: pl.lit(False).alias(name) for name in (EMPTY_FILTER, UNREAD_PAGE, UNREADABLE_FILTER)},
    **{name: pl.lit(False).alias(name) for name in ("is_unknown", "is_bounded")},
    "is_part_unread": is_part().alias("is_part_unread"),
    "condition_count": pl.lit(0, pl.UInt32).alias("condition_count"),
    **{name: pl.lit(None, pl.String).alias(name) for name in ("listing", "page_after_key")},
    **{name: pl.lit(None, pl.Int64).alias(name) for name in ("page_offset", "page_limit", "expected_byte_count")},
    "ranges": pl.lit(None, pl.List(pl.Struct({"start": pl.Int64, "end": pl.Int64}))).alias("ranges"),
}


@dataclass(frozen=True, slots=True)
class Reaches:
    """What a batch of events reached: rows for landed_reaches, landed_conditions and landed_key_reads.

    `needed` is what of the datasets must be known to tell which records these are.
    """

    reaches: list[pl.DataFrame] = field(default_factory=list)
    conditions: list[pl.DataFrame] = field(default_factory=list)
    key_reads: list[pl.DataFrame] = field(default_factory=list)
    needed: Needed = field(default_factory=Needed)


def find_reaches(
    events: pl.DataFrame,
    routes: list[CompiledRoute],
    targets: list[Target],
    separator: str,
    text_limit: int | None = None,
) -> Reaches:
    """Find what each event reached.

    `events`: event_number, resource, record_keys, filters, columns, content_type, range (text or null), row_count,
    byte_count, status, outcome.
    `routes` are those of the events' log. Rows come back by event, then reach_number.
    """
    prepared = _prepare(_without_clipped(_each_resource(events), text_limit), separator)
    is_claimed = pl.Series([False]).new_from_index(0, prepared.height)
    parts: list[_Part] = []
    for number, route in enumerate(routes):
        mask = prepared.select(_match(route)).to_series()
        is_claimed = is_claimed | mask
        if mask.any():  # following a route costs the same for no event as for a thousand
            parts.append(_follow(prepared.filter(mask), route, number, separator))
    unclaimed = prepared.filter(~is_claimed)
    named = set(unclaimed["resource"].unique())
    for number, target in enumerate(targets, start=len(routes)):
        if target.name in named:
            own = unclaimed.filter(pl.col("resource") == target.name)
            parts.append(_follow(own, _by_name(target), number, separator))
    return _number(parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one route gives: one row per event, its conditions, and the datasets it unlocks."""

    reaches: pl.DataFrame
    conditions: pl.DataFrame
    unlocks: list[str]
    dataset: str | None


def _by_name(target: Target) -> CompiledRoute:
    return CompiledRoute(Route(resource="*", dataset=target.name), target, False, "", ())


def _without_clipped(events: pl.DataFrame, text_limit: int | None) -> pl.DataFrame:
    """Mark events whose texts the log cut off, and take from them what no longer says all: the reach is the whole."""
    texts = ("resource", "record_keys", "filters", "columns")
    if text_limit is None:
        return events.with_columns(pl.lit(False).alias(CLIPPED_TEXT))
    is_clipped = pl.max_horizontal(pl.col(name).fill_null("").str.len_chars() for name in texts) >= text_limit
    return events.with_columns(is_clipped.alias(CLIPPED_TEXT)).with_columns(
        pl.when(~pl.col(CLIPPED_TEXT)).then(name).alias(name) for name in texts[1:]
    )


def _each_resource(events: pl.DataFrame) -> pl.DataFrame:
    """Give an event that names several resources, as a JSON list, a row for each; `place` numbers the rows.

    Counts of such an event are of all its resources together (is_alone is false).
    """
    text = pl.col("resource").fill_null("")
    is_list = events["resource"].fill_null("").str.contains(r'^\[\s*"')
    is_alone = pl.lit(True)
    if is_list.any():
        is_alone = pl.len().over("event_number") == 1
        listed = pl.when(is_list).then(text).otherwise(pl.lit(""))
        names = pl.when(is_list).then(split_lists(listed, "\x00")).otherwise(pl.concat_list("resource"))
        events = events.with_columns(names.alias("resource")).explode("resource")
    return events.with_columns(is_alone.alias("is_alone")).with_row_index("place")


def _prepare(events: pl.DataFrame, separator: str) -> pl.DataFrame:
    resource = pl.col("resource").fill_null("").str.strip_chars()
    local = resource.str.replace(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "")
    frame = events.lazy().with_columns(
        resource,
        *_split_query(resource, "path", "query"),
        *_split_query(local, "local_path", "local_query"),
        split_lists(pl.col("record_keys"), separator).alias("keys"),
    )
    blank = pl.col("columns", "filters", "range").fill_null("").str.strip_chars()
    return frame.with_columns(blank).collect()


def _split_query(resource: pl.Expr, path: str, query: str) -> list[pl.Expr]:
    parts = resource.str.splitn("?", 2)
    return [parts.struct.field("field_0").alias(path), parts.struct.field("field_1").fill_null("").alias(query)]


def _match(route: CompiledRoute) -> pl.Expr:
    path, query = ("local_path", "local_query") if route.is_local else ("path", "query")
    is_match = pl.col(path).str.contains(route.path)
    for parameter in route.parameters:
        is_match = is_match & pl.col(query).str.contains(parameter.regex)
    return is_match.alias("is_match")


def _follow(events: pl.DataFrame, route: CompiledRoute, number: int, separator: str) -> _Part:
    """Follow one route for the events that match it."""
    target = route.target
    events = events.with_columns(*_captures(route), *_looks_other(route.route), pl.lit(number, pl.Int32).alias("route"))
    if target is None:
        reaches = events.with_columns(pl.lit("whole").alias("reach_kind"), pl.lit(None, pl.String).alias("projection"))
        return _part(_finish(reaches.with_columns(pl.lit(0).alias("ignored")), route), _no_conditions(), route)
    events = _projected(events, route.route, target, separator)
    events, conditions = _conditions(events, route, target, separator)
    return _part(_finish(events, route), conditions, route)


def _part(reaches: pl.DataFrame, conditions: pl.DataFrame, route: CompiledRoute) -> _Part:
    return _Part(reaches, conditions, route.route.unlocks, route.route.dataset)


def _captures(route: CompiledRoute) -> list[pl.Expr]:
    path, query = ("local_path", "local_query") if route.is_local else ("path", "query")
    found: list[tuple[str, str, int, bool]] = [
        (path, route.path, group, False) for group in range(1, len(route.captures) + 1)
    ]
    for parameter in route.parameters:
        found += [(query, parameter.regex, group, True) for group in range(1, len(parameter.captures) + 1)]
    return [
        _decoded(pl.col(column).str.extract(regex, group), is_query).str.strip_chars().alias(f"capture_{place}")
        for place, (column, regex, group, is_query) in enumerate(found)
    ]


def _decoded(text: pl.Expr, is_query: bool) -> pl.Expr:
    """Decode percent signs once, and + as a blank in a query; only texts that hold one are touched."""
    sign, decode = ("[%+]", unquote_plus) if is_query else ("%", unquote)

    def read(texts: pl.Series) -> pl.Series:
        coded = texts.filter(texts.str.contains(sign)).unique(maintain_order=True)
        if not len(coded):
            return texts
        plain = pl.Series([decode(value).replace("\x00", "") for value in coded.to_list()], dtype=pl.String)
        return texts.replace(coded, plain)

    return text.map_batches(read, return_dtype=pl.String)


def _looks_other(route: Route) -> list[pl.Expr]:
    """Tell a body that is not the resource by its content type or size (semantics, section 4)."""
    is_other = pl.lit(False)
    if route.content_type:
        kind = fold(pl.col("content_type").fill_null("").str.replace(r";.*$", ""))
        fits = pl.any_horizontal(kind.str.contains(glob_regex(wanted.strip())) for wanted in route.content_type)
        is_other = (kind != "") & ~fits
    if route.decoy_bytes:
        is_other = is_other | pl.col("byte_count").is_in(route.decoy_bytes).fill_null(False)
    return [is_other.alias("is_other_content")]


def _projected(events: pl.DataFrame, route: Route, target: Target, separator: str) -> pl.DataFrame:
    """Read delivered columns: the event's own, else the route's, else all."""
    by_route = project(target, route.columns)

    def read(text: str) -> dict[str, object]:
        names = parse_list(text, separator)
        found: Projection = project(target, names) if names else by_route
        return {"projection": found.text, "is_unknown": found.reason is not None, "ignored": found.ignored_count}

    schema: dict[str, pl.DataType] = {"projection": pl.String(), "is_unknown": pl.Boolean(), "ignored": pl.Int64()}
    return look_up(events, "columns", read, schema)


def _conditions(
    events: pl.DataFrame, route: CompiledRoute, target: Target, separator: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Choose the most exact evidence of each event: keys, captured key, conditions, or nothing."""
    events, captured_key = _with_keys(events, route)
    is_key = pl.col("keys").list.len() > 0
    empty = pl.lit(False) if captured_key is None else pl.col(captured_key) == ""
    found: list[pl.DataFrame] = []
    for place, name in enumerate(route.names):
        if name != KEY:
            value = pl.col(f"capture_{place}")
            empty = empty | (value == "")
            column = pl.lit(target.resolve(name)).alias("column_name")
            held = events.filter(~is_key & ~pl.col(CLIPPED_TEXT) & (value != ""))
            found.append(held.select("place", "route", column, fold(value).alias("value")))
    paging = (route.route.page or Page()).names
    events = with_filters(events, target, separator, paging)
    listed = events.filter(~is_key & (pl.col("conditions").list.len() > 0))
    found.append(listed.select("place", "route", "conditions").explode("conditions").unnest("conditions"))
    conditions = pl.concat(found).unique(maintain_order=True)
    listings = conditions.sort("place", "column_name", "value").group_by("place", maintain_order=True)
    pairs = pl.concat_str("column_name", "value", separator=_PAIR).str.join(_UNIT).alias("listing")
    counts = listings.agg(pl.len().alias("condition_count"), pairs)
    events = events.join(counts, on="place", how="left", maintain_order="left").with_columns(
        pl.col("condition_count").fill_null(0),
        pl.col("listing").fill_null(""),
        is_key.alias("is_key"),
        (~is_key & (empty | pl.col("is_empty"))).alias(EMPTY_FILTER),
        (~is_key & pl.col("is_unreadable")).alias(UNREADABLE_FILTER),
    )
    is_whole = ~pl.any_horizontal("is_key", EMPTY_FILTER, UNREADABLE_FILTER, CLIPPED_TEXT)
    events = with_pages(events.with_columns(is_whole.alias("is_whole")), route)
    is_object = pl.col("is_whole") & ~pl.col("is_page") & (pl.col("condition_count") == 0)
    events = with_ranges(events.with_columns(is_object.alias("is_object")), route)
    by_content = (
        pl.when(pl.col("condition_count") > 0).then(pl.lit("column"))
        .when("is_range").then(pl.lit("range")).otherwise(pl.lit("whole"))
    )  # fmt: skip
    kind = pl.when(is_key).then(pl.lit("key")).when("is_page").then(pl.lit("page")).otherwise(by_content)
    return events.with_columns(kind.alias("reach_kind")), conditions


def _with_keys(events: pl.DataFrame, route: CompiledRoute) -> tuple[pl.DataFrame, str | None]:
    if KEY not in route.names:
        return events, None
    captured = f"capture_{route.names.index(KEY)}"
    is_captured = (pl.col("keys").list.len() == 0) & (pl.col(captured) != "") & ~pl.col(CLIPPED_TEXT)
    keys = pl.when(is_captured).then(pl.concat_list(captured)).otherwise("keys")
    return events.with_columns(keys.alias("keys")), captured


def _finish(events: pl.DataFrame, route: CompiledRoute) -> pl.DataFrame:
    """Bring one route's events into the columns that all routes share."""
    missing = [column for name, column in _ABSENT.items() if name not in events.columns]
    events = events.with_columns(missing)
    flags = (
        pl.col(CLIPPED_TEXT),
        pl.col(EMPTY_FILTER),
        pl.col("is_part_unread"),
        pl.col("is_unknown"),
        pl.col(UNREAD_PAGE),
        pl.col(UNREADABLE_FILTER),
    )
    reasons = [pl.when(flag).then(pl.lit(reason)) for flag, reason in zip(flags, _REASONS, strict=True)]
    is_page = pl.col("reach_kind") == "page"
    keys = pl.when(pl.col("reach_kind") == "key").then("keys").otherwise(pl.lit([None], pl.List(pl.String)))
    return events.select(
        "event_number",
        "place",
        "route",
        pl.lit(route.route.dataset, pl.String).alias("dataset"),
        "reach_kind",
        keys.alias("record_key"),
        pl.col("condition_count").cast(pl.Int32),
        "projection",
        pl.lit(route.route.access, pl.String).alias("access"),
        pl.coalesce(reasons).alias("inexact_reason"),
        pl.lit(route.route.stand_in).alias("is_stand_in"),
        "is_other_content",
        (pl.col("ignored") > 0).alias("has_missing_columns"),
        pl.when(is_page).then("listing").alias("listing"),
        "page_offset",
        "page_limit",
        "page_after_key",
        "is_bounded",
        "ranges",
        "expected_byte_count",
    )


def _no_conditions() -> pl.DataFrame:
    return pl.DataFrame(schema={"place": pl.UInt32, "route": pl.Int32, "column_name": pl.String, "value": pl.String})


def _number(parts: list[_Part]) -> Reaches:
    """Number each event's reaches in the order of the routes."""
    if not parts:
        return Reaches()
    # One key is one reach: of several keys in one event some may reach nobody.
    rows = pl.concat([part.reaches for part in parts]).sort("event_number", "place", "route").explode("record_key")
    rows = rows.explode("ranges").with_columns(
        pl.col("ranges").struct.field("start").alias("range_start"),
        pl.col("ranges").struct.field("end").alias("range_end"),
    )
    row = pl.int_range(pl.len(), dtype=pl.Int32)
    is_first = pl.col("event_number") != pl.col("event_number").shift(1, fill_value=-1)
    rows = rows.with_columns(
        (row - pl.when(is_first).then(row).forward_fill() + 1).alias("reach_number"),
        pl.col("inexact_reason").is_null().alias("is_exact"),
    )
    conditions = pl.concat([part.conditions for part in parts])
    numbers = rows.filter(pl.col("condition_count") > 0).select("event_number", "place", "route", "reach_number")
    conditions = conditions.join(numbers, on=["place", "route"], maintain_order="left")
    unlocked = [
        part.reaches.filter(~pl.col("is_other_content")).select(
            "event_number", pl.lit(dataset).alias("dataset"), "access"
        )
        for part in parts
        for dataset in part.unlocks
    ]
    needed = Needed(
        {(part.dataset, name) for part in parts if part.dataset for name in part.conditions["column_name"].unique()},
        set(rows.filter(pl.col("reach_kind") == "page")["dataset"].unique()),
        _ranges(rows.filter(pl.col("reach_kind") == "range")),
    )
    return Reaches(
        [rows],
        [conditions.sort("event_number", "reach_number", "column_name", "value")] if conditions.height else [],
        [pl.concat(unlocked).unique().sort("event_number", "dataset", "access", nulls_last=True)] if unlocked else [],
        needed,
    )


def _ranges(rows: pl.DataFrame) -> dict[str, set[ByteRange]]:
    """Gather the distinct stretches of each file that somebody read."""
    found: dict[str, set[ByteRange]] = {}
    for dataset, *one in rows.select("dataset", "range_start", "range_end", "projection").unique().iter_rows():
        found.setdefault(dataset, set()).add(ByteRange(*one))
    return found
