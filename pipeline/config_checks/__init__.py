"""What must hold between the parts of an incident file, beyond the shape of each.

This room knows the models, the catalogue and the calendar. It opens no file and does not know on which line a key
stands: it names keys, and `pipeline.incident_file` finds their lines. No message holds a selector's value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from ipaddress import ip_network

from pipeline import config
from pipeline.catalogue import read_catalogue
from pipeline.config import IncidentFile, Log, Selector
from pipeline.config_checks.datasets import check_datasets
from pipeline.config_checks.interceptions import check_interceptions
from pipeline.config_checks.logs import check_logs
from pipeline.config_checks.parts import zone_of, zone_problems
from pipeline.config_checks.routes import check_copies, check_routes
from pipeline.errors import ConfigurationError
from pipeline.problems import (
    Keys,
    Problem,
    bad_interval,
    show,
    suggest,
    unknown_names,
    unreadable,
)
from pipeline.window import parse_window

_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B")
_REGION = re.compile(r"[A-Z]{2}")


def find_problems(model: IncidentFile) -> list[Problem]:
    """List everything that does not hold between the parts of a well-formed incident file."""
    sources = (check_logs, check_datasets, check_routes, check_copies, check_interceptions)
    checks = (_check_incident, _check_selectors, *sources, _check_names)
    return [problem for check in checks for problem in check(model)]


def _check_incident(model: IncidentFile) -> Iterator[Problem]:
    incident, zone = model.incident, zone_of(model)
    yield from zone_problems(("incident", "zone"), incident.zone)
    if incident.window is not None:
        text = incident.window
        read = partial(parse_window, text, zone, error=ConfigurationError)
        yield from unreadable(("incident", "window"), read)
    for key, stamp in (("discovered", incident.discovered), ("contained", incident.contained)):
        yield from bad_interval(("incident",), zone, **{key: stamp}) if stamp else ()
    region, memory = model.identity.phone_region, model.limits.memory
    if region is not None and not _REGION.fullmatch(region):
        yield Problem(("identity", "phone_region"), "is not a country", "write two capitals, such as GB or US")
    kinds = sorted({field.identifier or "" for field in read_catalogue().values() if field.identifier_class})
    known = [kind for kind in kinds if kind != "date_of_birth"]
    for kind in model.identity.classes:
        if kind not in known:
            remedy = suggest(kind, known, f"the kinds are {', '.join(known)}")
            yield Problem(("identity", "classes", kind), f"unknown kind of identifier {show(kind)}", remedy)
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
    yield from bad_interval(keys, zone_of(model), **{"from": selector.from_, "until": selector.until})
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
    given = [log.attributes() for log in logs]
    if any(attributes is None for attributes in given):
        return
    mapped = {attribute for attributes in given if attributes is not None for attribute in attributes}
    named: list[tuple[Keys, str]] = [((*keys, name), name) for name in selector.conditions]
    named += [((*keys, "absent", position), name) for position, name in enumerate(selector.absent)]
    unmapped = [(place, name) for place, name in named if name not in mapped]
    known = [*config.SELECTOR_KEYS, *sorted(mapped - set(config.EVENT_COLUMNS))]
    for place, name in unmapped:
        what = f"no log that is meant maps {show(name)}, so nothing could ever match"
        yield Problem(place, what, suggest(name, known, "map it under the log's columns"))
    attributes = {name for _, name in named}
    if logs and not unmapped and not any(attributes <= (log.attributes() or set()) for log in logs):
        what = f"no log maps all of {', '.join(map(show, sorted(attributes)))}, so nothing could ever match"
        yield Problem(keys, what, "write one selector for each log, with the attributes that log has")


def _is_network(text: str) -> bool:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


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
