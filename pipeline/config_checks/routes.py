"""What must hold between routes, unlogged copies and the datasets they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pipeline.config import Dataset, IncidentFile, Route
from pipeline.config_checks.parts import columns_named_in, zone_of
from pipeline.problems import (
    Keys,
    Problem,
    bad_interval,
    show,
    suggest,
    unknown_name,
    unknown_names,
)

_CAPTURE = re.compile(r"\{([^{}]*)\}")


def check_routes(model: IncidentFile) -> Iterator[Problem]:
    """List what is wrong with the routes."""
    for number, route in enumerate(model.routes):
        keys: Keys = ("routes", number)
        yield from unknown_names((*keys, "logs"), route.logs, model.logs, "log")
        yield from unknown_names((*keys, "unlocks"), route.unlocks, model.datasets, "dataset")
        for position, size in enumerate(route.decoy_bytes):
            if size < 0:
                yield Problem((*keys, "decoy_bytes", position), "is below zero", "write a size in bytes")
        if route.dataset is None and not route.unlocks:
            yield Problem(keys, "the route leads nowhere", "write dataset: NAME, or unlocks: NAME for a key")
        yield from unknown_name((*keys, "dataset"), route.dataset, model.datasets, "dataset")
        yield from delivered_problems(keys, route.columns, model.datasets.get(route.dataset or ""))
        yield from _check_page((*keys, "page"), route)
        yield from _check_pattern((*keys, "resource"), route, model)


def _check_page(keys: Keys, route: Route) -> Iterator[Problem]:
    page = route.page
    if page is None:
        return
    if route.dataset is None:
        yield Problem(keys, "the route reaches no dataset that has pages", "write dataset: NAME")
    places = [name for name in ("offset", "number", "after") if getattr(page, name) is not None]
    if len(places) > 1:
        yield Problem(keys, f"'{places[0]}' and '{places[1]}' both say where a page begins", "keep one")
    if not page.names and page.default_size is None:
        yield Problem(keys, "names no parameter", "write offset:, number:, after: or size: and a parameter's name")
    in_pattern = {part.partition("=")[0].lower() for part in route.resource.partition("?")[2].split("&")}
    for name in (page.offset, page.number, page.after, page.size):
        folded = (name or "").strip().lower()
        if name is not None and (folded in in_pattern or page.names.count(folded) > 1):
            yield Problem(keys, f"the parameter {show(name)} has two meanings", "let it stand in one place")


def _check_pattern(keys: Keys, route: Route, model: IncidentFile) -> Iterator[Problem]:
    names = _CAPTURE.findall(route.resource)
    rest = _CAPTURE.sub("", route.resource)
    if "{" in rest or "}" in rest or not all(names):
        yield Problem(keys, "a brace is open or empty", "write {key} or {column}; to match any text, write *")
    dataset = model.datasets.get(route.dataset or "")
    if dataset is not None and "key" in names and dataset.key is None:
        what = f"captures {{key}}, but dataset {show(route.dataset or '')} has no key"
        yield Problem(keys, what, "write key: COLUMN in the dataset, or {column} for another column's value")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(keys, f"captures {show(name)} twice", "keep one; to match any text, write *")
    for name in (name for name in names if name and name != "key"):
        yield from _capture_problems(keys, name, dataset, is_key=bool(route.unlocks) and route.dataset is None)


def _capture_problems(keys: Keys, name: str, dataset: Dataset | None, *, is_key: bool) -> Iterator[Problem]:
    """A column that holds no personal data need not be declared; intake looks for it in the file's own header."""
    if dataset is None:
        what = f"captures {show(name)}, but the route reaches no dataset"
        yield from [Problem(keys, what, "write * for any text")] if is_key else []
        return
    known = columns_named_in(dataset)
    near = get_close_matches(name.casefold(), [column.casefold() for column in known], n=1, cutoff=0.75)
    if near and name.casefold() not in {column.casefold() for column in known}:
        yield Problem(keys, f"captures unknown column {show(name)}", suggest(name, ["key", *known]))


def check_copies(model: IncidentFile) -> Iterator[Problem]:
    """List what is wrong with the copies that no log shows."""
    for number, copy in enumerate(model.unlogged_copies):
        keys: Keys = ("unlogged_copies", number)
        yield from unknown_name((*keys, "dataset"), copy.dataset, model.datasets, "dataset")
        yield from delivered_problems(keys, copy.columns, model.datasets.get(copy.dataset))
        yield from bad_interval(keys, zone_of(model), **{"from": copy.from_, "until": copy.until})


def delivered_problems(keys: Keys, columns: list[str], dataset: Dataset | None) -> Iterator[Problem]:
    """List delivered columns that the dataset does not have."""
    if dataset is None:
        return
    known = columns_named_in(dataset)
    folded = {name.casefold() for name in known} | {"*"}
    for position, name in enumerate(columns):
        if name.casefold() not in folded:
            otherwise = "declare it under the dataset's columns, or leave it out if it holds no personal data"
            what = f"unknown column {show(name)}"
            yield Problem((*keys, "columns", position), what, suggest(name, known, otherwise))
