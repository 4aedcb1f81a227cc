"""Resource → dataset, keys, conditions, columns (semantics, sections 5 and 6; D8, D9, D11)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from .actors import as_list
from .byte_ranges import reach_by_bytes
from .events import ACTIONS
from .model import Event, Inputs, Reach
from .pages import is_bounded, paging_names, read_page

CAPTURE = re.compile(r"\{([^}]*)\}|(\*)")


def pattern_to_regex(pattern: str, is_query: bool) -> tuple[str, list[str]]:
    """Literal text, `*` for any text, `{name}` for a capture (D8)."""
    regex, names, at = "", [], 0
    for mark in CAPTURE.finditer(pattern):
        regex += re.escape(pattern[at : mark.start()])
        if mark.group(2):
            regex += ".*"
        else:
            regex += "([^&#]*)" if is_query else "([^/?&#]+)"  # a parameter may be empty, a step of a path may not
            names.append(mark.group(1))
        at = mark.end()
    return regex + re.escape(pattern[at:]), names


def match_text(pattern: str, text: str, is_query: bool) -> dict[str, str] | None:
    """The captures of one pattern over one text, percent-decoded once; None if it does not match (D8)."""
    regex, names = pattern_to_regex(pattern, is_query)
    match = re.fullmatch(regex, text, re.DOTALL)
    if match is None:
        return None
    values = [value.replace("+", " ") if is_query else value for value in match.groups()]
    return dict(zip(names, map(unquote, values), strict=True))


def match_resource(pattern: str, resource: str) -> dict[str, str] | None:
    """The captures of a route over a resource; query parameters match by name in any order (D8)."""
    if pattern.startswith("/"):
        resource = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", resource)
    path_pattern, _, query_pattern = pattern.partition("?")
    path, _, query = resource.partition("?")
    captures = match_text(path_pattern, path, is_query=False)
    if captures is None:
        return None
    for wanted in filter(None, query_pattern.split("&")):
        name, _, value_pattern = wanted.partition("=")
        for parameter in query.split("&"):
            given, _, value = parameter.partition("=")
            found = match_text(value_pattern, value, is_query=True) if given == name else None
            if found is not None:
                captures |= found
                break
        else:
            return None
    return captures


def split_cell(text: str, separator: str) -> list[str]:
    """The parts of a list cell, trimmed, without blanks."""
    return [part.strip() for part in text.split(separator) if part.strip()]


def find_column(name: str, columns: list[str]) -> str | None:
    """A dataset column by its name, ignoring case (D9, D11)."""
    for column in columns:
        if column.lower() == name.strip().lower():
            return column
    return None


def read_projection(named: list[str], columns: list[str], mapped: set[str]) -> tuple[set[str] | None, set[str]]:
    """Which mapped columns were delivered (None: all), and what makes that inexact (D11)."""
    if not named or "*" in named:
        return None, set()
    found = {find_column(name, columns) for name in named} - {None}
    if not found:
        return None, {"unknown_columns"}
    return {column for column in found if column in mapped}, set()


def missing_columns(named: list[str], columns: list[str]) -> set[str]:
    """The named columns that the dataset's file has not got (D11)."""
    return {name.strip().lower() for name in named if name != "*" and find_column(name, columns) is None}


def read_conditions(
    captures: dict[str, str], filters: str, separator: str, columns: list[str], paging: set[str]
) -> tuple[list[tuple[str, str]], set[str], dict[str, str]]:
    """Captured columns and the filters cell as column = value; what cannot be read is dropped and said (D9).

    What the filters say of pages comes apart.
    """
    wanted = [(name, value) for name, value in captures.items() if name != "key"]
    reasons = set()
    pages: dict[str, str] = {}
    for part in split_cell(filters, separator):
        name, equals, value = part.partition("=")
        if equals and name.strip().lower() in paging:
            pages[name.strip().lower()] = value.strip()
        elif equals and name.strip():
            wanted.append((name, value))
        else:
            reasons.add("unreadable_filter")
    conditions = []
    for name, value in wanted:
        column = find_column(name, columns)
        if column is None:
            reasons.add("unreadable_filter")
        elif not value.strip():
            reasons.add("empty_filter")
        else:
            conditions.append((column, value.strip().lower()))
    return conditions, reasons, pages


def is_clipped(event: Event, log: dict[str, Any]) -> bool:
    """Whether the log cut off what says which records were read: then the whole is the smallest sure set (section 5)."""
    texts = [event.attributes.get(name, "") for name in ("resource", "record_keys", "filters", "columns")]
    return max(map(len, texts)) >= log.get("text_limit", 10**9)


def access_of(event: Event) -> str:
    """Exports and service-side copies are exported, everything else is viewed ("Our words")."""
    assert event.action in ACTIONS or event.action == "unknown"
    return "exported" if event.action in ("export", "copy") else "viewed"


def is_other_content(event: Event, route: dict[str, Any]) -> bool:
    """A success whose body is not the resource: content type or size gives it away (section 4)."""
    given = event.attributes.get("content_type", "").split(";")[0].strip().lower()
    wanted = [one.strip().lower() for one in as_list(route.get("content_type"))]
    if given and wanted and given not in wanted:
        return True
    return event.byte_count is not None and event.byte_count in as_list(route.get("decoy_bytes"))


def names_of_columns(event: Event, route: dict[str, Any], log: dict[str, Any]) -> list[str]:
    """The columns an event delivered by name: its own cell, else the route's (section 6, D11)."""
    own = split_cell(event.attributes.get("columns", ""), log.get("list_separator", ";"))
    return own or [name.strip() for name in as_list(route.get("columns"))]


def make_reach(
    event: Event, route: dict[str, Any], captures: dict[str, str], incident: dict[str, Any], inputs: Inputs
) -> list[Reach]:
    """One route of one event: keys, else conditions, else stretches of a stored file, else the whole (D9)."""
    reach = Reach(route.get("dataset"), access=route.get("access") or access_of(event))
    reach.unlocks = as_list(route.get("unlocks"))
    reach.is_stand_in = bool(route.get("stand_in"))
    reach.is_other_content = is_other_content(event, route)
    reach.reasons = set(event.reasons)
    if reach.dataset is None:
        return [reach]
    log = incident["logs"][event.log]
    if is_clipped(event, log):
        reach.reasons.add("clipped_text")
        columns = inputs.datasets[reach.dataset].columns
        mapped = set(incident["datasets"][reach.dataset]["columns"])
        named = [name.strip() for name in as_list(route.get("columns"))]
        reach.columns, inexact = read_projection(named, columns, mapped)
        reach.reasons |= inexact
        return [reach]
    separator = log.get("list_separator", ";")
    columns = inputs.datasets[reach.dataset].columns
    mapped = set(incident["datasets"][reach.dataset]["columns"])
    reach.columns, inexact = read_projection(names_of_columns(event, route, log), columns, mapped)
    reach.reasons |= inexact
    reach.keys = split_cell(event.attributes.get("record_keys", ""), separator)
    if not reach.keys and captures.get("key", "").strip():
        reach.keys = [captures["key"].strip()]
    if reach.keys:
        reach.kind = "key"
        return [reach]
    filters = event.attributes.get("filters", "")
    paging = set(paging_names(route).values())
    reach.conditions, inexact, pages = read_conditions(captures, filters, separator, columns, paging)
    inexact |= {"empty_filter"} if "key" in captures else set()
    reach.reasons |= inexact
    reach.kind = "column" if reach.conditions else "whole"
    is_ordered = bool(incident["datasets"][reach.dataset].get("order")) and not reach.is_stand_in and not inexact
    reach.page, is_unread = read_page(event, route, is_ordered, pages)
    if is_unread:
        reach.reasons.add("unread_page")
    if reach.page is not None:
        reach.kind = "page"
        if is_bounded(reach, event):
            reach.reasons.discard("aborted")
    if inexact:
        return [reach]
    return reach_by_bytes(event, reach, incident, inputs)


def route_holds_for(route: dict[str, Any], log: str) -> bool:
    """A route without `logs` holds for every log (D8)."""
    return not as_list(route.get("logs")) or log in as_list(route.get("logs"))


def find_reaches(event: Event, incident: dict[str, Any], inputs: Inputs) -> list[Reach]:
    """Every matching route is a reach of its own; without any, a dataset of that name (D8)."""
    resource = event.attributes.get("resource", "")
    reaches = []
    for route in incident.get("routes", []):
        if route_holds_for(route, event.log):
            captures = match_resource(route["resource"], resource)
            if captures is not None:
                reaches.extend(make_reach(event, route, captures, incident, inputs))
    if not reaches and resource in incident["datasets"]:
        reaches.extend(make_reach(event, {"dataset": resource}, {}, incident, inputs))
    return reaches


def log_datasets(incident: dict[str, Any]) -> dict[str, set[str]]:
    """Which datasets each log can show: by its routes; a dataset no route names, by every log with resources (D8)."""
    routed = {route["dataset"] for route in incident.get("routes", []) if route.get("dataset")}
    shown: dict[str, set[str]] = {}
    for name, log in incident["logs"].items():
        shown[name] = {
            route["dataset"]
            for route in incident.get("routes", [])
            if route.get("dataset") and route_holds_for(route, name)
        }
        if "resource" in log["columns"]:
            shown[name] |= set(incident["datasets"]) - routed
    return shown
