"""What must hold between the parts of an incident file, beyond the shape of each.

This room knows the models, the catalogue and the calendar. It opens no file and does not know on which line a key
stands: it names keys, and `pipeline.incident_file` finds their lines. No message holds a selector's value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from ipaddress import ip_network
from itertools import combinations

from pipeline import config
from pipeline.catalogue import read_catalogue
from pipeline.config import ByColumn, Dataset, IncidentFile, Log, Route, Selector, Stretch
from pipeline.errors import ConfigurationError
from pipeline.problems import (
    Keys,
    Problem,
    bad_interval,
    read_interval,
    show,
    suggest,
    unknown_name,
    unknown_names,
    unreadable,
)
from pipeline.window import parse_duration, parse_window, read_zone, zone_names

_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_CAPTURE = re.compile(r"\{([^{}]*)\}")
_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B")
_REGION = re.compile(r"[A-Z]{2}")
_NO_SUCH_FIELD = "docs/incident-file.md lists the fields; other_personal_data fits any"
_TIME_FORMATS = ("iso", "unix", "unix_ms", "unix_us", "unix_ns")
_MISNAMED = {
    "timestamp": "time",
    "row_count": "rows",
    "byte_count": "bytes",
    "record_key": "record_keys",
    "filter": "filters",
    "column": "columns",
    "ip_address": "ip",
    "useragent": "user_agent",
}


def find_problems(model: IncidentFile) -> list[Problem]:
    """List everything that does not hold between the parts of a well-formed incident file."""
    sources = (_check_logs, _check_datasets, _check_routes, _check_copies)
    checks = (_check_incident, _check_selectors, *sources, _check_names)
    return [problem for check in checks for problem in check(model)]


def _check_incident(model: IncidentFile) -> Iterator[Problem]:
    incident, zone = model.incident, _zone(model)
    yield from _zone_problems(("incident", "zone"), incident.zone)
    if incident.window is not None:
        text = incident.window
        read = partial(parse_window, text, zone, error=ConfigurationError)
        yield from unreadable(("incident", "window"), read)
    for key, stamp in (("discovered", incident.discovered), ("contained", incident.contained)):
        yield from bad_interval(("incident",), zone, **{key: stamp}) if stamp else ()
    region, memory = model.identity.phone_region, model.limits.memory
    if region is not None and not _REGION.fullmatch(region):
        yield Problem(("identity", "phone_region"), "is not a country", "write two capitals, such as GB or US")
    if memory is not None and not _MEMORY.fullmatch(memory):
        yield Problem(("limits", "memory"), "is not an amount of memory", "write a number and a unit, such as 4GB")


# Selectors


def _check_selectors(model: IncidentFile) -> Iterator[Problem]:
    for name, selectors in (("intruder", model.intruder), ("trusted", model.trusted)):
        for number, selector in enumerate(selectors):
            keys: Keys = (name, number)
            if not selector.conditions and not selector.absent:
                remedy = "name an attribute, such as ip: 203.0.113.7, or absent: [session]"
                yield Problem(keys, "has no condition; it would match everybody", remedy)
            yield from _check_selector(model, keys, selector, list(model.logs))


def _check_selector(model: IncidentFile, keys: Keys, selector: Selector, logs: list[str]) -> Iterator[Problem]:
    yield from unknown_names((*keys, "logs"), selector.logs, model.logs, "log")
    yield from bad_interval(keys, _zone(model), **{"from": selector.from_, "until": selector.until})
    meant = selector.logs or logs
    if all(name in model.logs for name in meant):
        yield from _check_attributes(keys, selector, [model.logs[name] for name in meant])
    for position, text in enumerate(selector.conditions.get("ip", [])):
        if not _is_network(text):
            yield Problem((*keys, "ip", position), "is not an address", "write 203.0.113.7 or 203.0.113.0/24")
    for number, inner in enumerate(selector.except_):
        inner_keys: Keys = (*keys, "except", number)
        if inner == Selector():
            yield Problem(inner_keys, "has no condition; it would except everything", "name what is not meant")
        yield from _check_selector(model, inner_keys, inner, selector.logs or logs)


def _check_attributes(keys: Keys, selector: Selector, logs: list[Log]) -> Iterator[Problem]:
    """A selector that no log can ever match finds nobody, silently; so it is refused."""
    mapped = {attribute for log in logs for attribute in log.columns}
    named: list[tuple[Keys, str]] = [((*keys, name), name) for name in selector.conditions]
    named += [((*keys, "absent", position), name) for position, name in enumerate(selector.absent)]
    unmapped = [(place, name) for place, name in named if name not in mapped]
    known = [*config.SELECTOR_KEYS, *sorted(mapped - set(config.EVENT_COLUMNS))]
    for place, name in unmapped:
        what = f"no log that is meant maps {show(name)}, so nothing could ever match"
        yield Problem(place, what, suggest(name, known, "map it under the log's columns"))
    attributes = {name for _, name in named}
    if logs and not unmapped and not any(attributes <= set(log.columns) for log in logs):
        what = f"no log maps all of {', '.join(map(show, sorted(attributes)))}, so nothing could ever match"
        yield Problem(keys, what, "write one selector for each log, with the attributes that log has")


def _is_network(text: str) -> bool:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


# Logs


def _check_logs(model: IncidentFile) -> Iterator[Problem]:
    if not model.logs and not model.unlogged_copies:
        yield Problem(("logs",), "names no log", "declare a log: its name, path and columns")
    for name, log in model.logs.items():
        keys: Keys = ("logs", name)
        yield from _slug_problems(keys, name, "log")
        yield from _zone_problems((*keys, "zone"), log.zone)
        yield from unreadable((*keys, "clock_skew"), partial(parse_duration, log.clock_skew))
        yield from _delimiter_problems(keys, log.delimiter)
        if log.time_format not in _TIME_FORMATS and "%" not in log.time_format:
            remedy = f"write one of: {', '.join(_TIME_FORMATS)}, or a pattern such as '%d/%b/%Y:%H:%M:%S %z'"
            yield Problem((*keys, "time_format"), f"unknown time format {show(log.time_format)}", remedy)
        yield from _check_event_columns((*keys, "columns"), log)
        yield from _check_words((*keys, "words", "action"), log.words.action, config.ACTIONS)
        yield from _check_words((*keys, "words", "outcome"), log.words.outcome, config.OUTCOMES)
        if isinstance(log.coverage, list):
            yield from _check_coverage((*keys, "coverage"), log.coverage, _zone(model))


def _check_event_columns(keys: Keys, log: Log) -> Iterator[Problem]:
    columns = log.columns
    if "time" not in columns and "end_time" not in columns:
        yield Problem(keys, "no column gives the time", "write time: COLUMN, or end_time: COLUMN and duration: COLUMN")
    if "end_time" in columns and "time" in columns:
        yield Problem((*keys, "end_time"), "time and end_time are both given", "keep time, the start of the operation")
    elif "end_time" in columns and "duration" not in columns:
        remedy = "write duration: COLUMN as well; if the log has none, write time: instead of end_time:"
        yield Problem((*keys, "end_time"), "end_time needs a duration", remedy)
    for name in columns:
        if name in _MISNAMED:
            yield Problem((*keys, name), f"unknown log column {show(name)}", f"did you mean '{_MISNAMED[name]}'?")


def _check_words(keys: Keys, words: dict[str, str], known: tuple[str, ...]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for theirs, ours in words.items():
        if ours not in known:
            remedy = suggest(ours, known) + "; the log's word stands on the left, ours on the right"
            yield Problem((*keys, theirs), f"unknown word {show(ours)}", remedy)
        if seen.setdefault(theirs.strip().casefold(), ours) != ours:
            yield Problem((*keys, theirs), "this word is mapped twice; case does not count", "keep one of the two")


def _check_coverage(keys: Keys, stretches: list[Stretch], zone: str) -> Iterator[Problem]:
    read: list[tuple[datetime, datetime, str, int]] = []
    for number, stretch in enumerate(stretches):
        place: Keys = (*keys, number)
        ends, problems = read_interval(place, zone, **{"from": stretch.from_, "until": stretch.until})
        yield from problems
        if not problems:
            read.append((*ends, stretch.status, number))
    for first, second in combinations(sorted(read), 2):
        if second[0] < first[1] and first[2] != second[2]:
            later = max(first[3], second[3])
            what = f"this stretch and another overlap, one '{first[2]}', the other '{second[2]}'"
            yield Problem((*keys, later), what, "let one end where the other begins")


# Datasets


def _check_datasets(model: IncidentFile) -> Iterator[Problem]:
    if not model.datasets:
        yield Problem(("datasets",), "names no dataset", "declare a dataset: its name, path, role, brand and columns")
    for name, dataset in model.datasets.items():
        keys: Keys = ("datasets", name)
        yield from _slug_problems(keys, name, "dataset")
        yield from _delimiter_problems(keys, dataset.delimiter)
        if dataset.zone is not None:
            yield from _zone_problems((*keys, "zone"), dataset.zone)
        if dataset.role == "processor" and dataset.processor is None:
            remedy = "write processor: and the name of the company that held the data"
            yield Problem((*keys, "processor"), "the role 'processor' needs the processor's name", remedy)
        yield from _check_columns(keys, dataset)
        yield from _check_validity(keys, dataset, _zone(model))
        yield from _check_links(model, (*keys, "links"), dataset)


def _check_columns(keys: Keys, dataset: Dataset) -> Iterator[Problem]:
    if not dataset.columns and dataset.membership is None:
        yield Problem((*keys, "columns"), "maps no column to a field", "write COLUMN: FIELD, such as email: email")
    named: list[tuple[Keys, str]] = [
        ((*keys, "columns", name, "field"), column.field) for name, column in dataset.columns.items()
    ]
    named += [] if dataset.membership is None else [((*keys, "membership"), dataset.membership)]
    for place, field in named:
        if field not in read_catalogue():
            remedy = suggest(field, read_catalogue(), _NO_SUCH_FIELD)
            yield Problem(place, f"unknown field {show(field)}", remedy)
    for name, column in dataset.columns.items():
        place = (*keys, "columns", name)
        if column.state_column == name:
            yield Problem((*place, "state_column"), "a column cannot tell its own state", "name the column that does")
        if not _SLUG.fullmatch(column.subject):
            remedy = "write lower-case letters, digits and '_', such as recipient"
            yield Problem((*place, "subject"), "is not a name for a person's part", remedy)


def _check_validity(keys: Keys, dataset: Dataset, zone: str) -> Iterator[Problem]:
    if dataset.generated_at is None and dataset.replaced_at is not None:
        what = "replaced_at needs generated_at"
        yield Problem((*keys, "replaced_at"), what, "write when the file was made, or use valid_to for a live table")
    if dataset.generated_at is not None:
        for key in ("valid_from", "valid_to"):
            if getattr(dataset, key) is not None:
                what = f"a static dataset (generated_at) has no {key}"
                remedy = "keep generated_at for a file, valid_from and valid_to for a live table"
                yield Problem((*keys, key), what, remedy)
    stamps = {"generated_at": dataset.generated_at, "replaced_at": dataset.replaced_at}
    yield from bad_interval(keys, zone, **stamps)


def _check_links(model: IncidentFile, keys: Keys, dataset: Dataset) -> Iterator[Problem]:
    for column, target in dataset.links.items():
        if target not in model.datasets:
            yield from unknown_name((*keys, column), target, model.datasets, "dataset")
        elif model.datasets[target].key is None:
            what = f"links to dataset {show(target)}, which has no key"
            yield Problem((*keys, column), what, f"write key: COLUMN in dataset {show(target)}")


# Routes and copies


def _check_routes(model: IncidentFile) -> Iterator[Problem]:
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
        yield from _delivered_problems(keys, route.columns, model.datasets.get(route.dataset or ""))
        yield from _check_pattern((*keys, "resource"), route, model)


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
    known = _columns_named_in(dataset)
    near = get_close_matches(name.casefold(), [column.casefold() for column in known], n=1, cutoff=0.75)
    if near and name.casefold() not in {column.casefold() for column in known}:
        yield Problem(keys, f"captures unknown column {show(name)}", suggest(name, ["key", *known]))


def _check_copies(model: IncidentFile) -> Iterator[Problem]:
    for number, copy in enumerate(model.unlogged_copies):
        keys: Keys = ("unlogged_copies", number)
        yield from unknown_name((*keys, "dataset"), copy.dataset, model.datasets, "dataset")
        yield from _delivered_problems(keys, copy.columns, model.datasets.get(copy.dataset))
        yield from bad_interval(keys, _zone(model), **{"from": copy.from_, "until": copy.until})


def _delivered_problems(keys: Keys, columns: list[str], dataset: Dataset | None) -> Iterator[Problem]:
    if dataset is None:
        return
    known = _columns_named_in(dataset)
    folded = {name.casefold() for name in known} | {"*"}
    for position, name in enumerate(columns):
        if name.casefold() not in folded:
            otherwise = "declare it under the dataset's columns, or leave it out if it holds no personal data"
            what = f"unknown column {show(name)}"
            yield Problem((*keys, "columns", position), what, suggest(name, known, otherwise))


def _columns_named_in(dataset: Dataset) -> list[str]:
    owners = [owner.column for owner in (dataset.brand, dataset.controller) if isinstance(owner, ByColumn)]
    others = [dataset.key, dataset.valid_from, dataset.valid_to, dataset.residence, *dataset.links, *dataset.order]
    states = [column.state_column for column in dataset.columns.values()]
    return list(dict.fromkeys(name for name in (*dataset.columns, *owners, *others, *states) if name is not None))


# Names


def _check_names(model: IncidentFile) -> Iterator[Problem]:
    """Two spellings of one brand would split its customers into two notices (semantics, section 12)."""
    brands: list[tuple[Keys, str]] = [(("controllers", name), name) for name in model.controllers]
    owners: list[tuple[Keys, str]] = [(("controllers", name), text) for name, text in model.controllers.items()]
    for name, dataset in model.datasets.items():
        if isinstance(dataset.brand, str):
            brands.append((("datasets", name, "brand"), dataset.brand))
        if isinstance(dataset.controller, str):
            owners.append((("datasets", name, "controller"), dataset.controller))
    yield from _overlapping(brands, "brands")
    yield from _overlapping(owners, "controllers")


def _overlapping(named: list[tuple[Keys, str]], kind: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for keys, name in named:
        folded = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
        first = seen.setdefault(folded, name)
        if first != name:
            what = f"overlapping {kind}: {show(first)} and {show(name)} differ only in case or white space"
            yield Problem(keys, what, f"write {show(first)} in both places")


def _slug_problems(keys: Keys, name: str, kind: str) -> Iterator[Problem]:
    if not _SLUG.fullmatch(name):
        better = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
        remedy = f"write '{better}'" if _SLUG.fullmatch(better) else "such as web_access"
        yield Problem(keys, f"a {kind}'s name is lower-case letters, digits and '_', a letter first", remedy)


def _delimiter_problems(keys: Keys, delimiter: str) -> Iterator[Problem]:
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\r\n"':
        yield Problem((*keys, "delimiter"), "a delimiter is one ASCII character", r'write "," or ";" or "|" or "\t"')


# Readings: a text that cannot be read is one problem


def _zone(model: IncidentFile) -> str:
    """Name the incident's zone; while that is wrong itself, any other does to judge the rest by."""
    return model.incident.zone if model.incident.zone in zone_names() else "UTC"


def _zone_problems(keys: Keys, name: str) -> list[Problem]:
    return unreadable(keys, partial(read_zone, name))
