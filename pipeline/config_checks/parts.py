"""What several checks share: names, delimiters, zones, and the columns a dataset speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from pipeline.config import ByColumn, Dataset, IncidentFile
from pipeline.problems import (
    Keys,
    Problem,
    show,
    unreadable,
)
from pipeline.window import read_zone, zone_names

TIME_FORMATS = ("iso", "unix", "unix_ms", "unix_us", "unix_ns")
SLUG = re.compile(r"[a-z][a-z0-9_]*")


def slug_problems(keys: Keys, name: str, kind: str) -> Iterator[Problem]:
    """Refuse a name that is no plain word."""
    if not SLUG.fullmatch(name):
        better = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
        remedy = f"write '{better}'" if SLUG.fullmatch(better) else "such as web_access"
        yield Problem(keys, f"a {kind}'s name is lower-case letters, digits and '_', a letter first", remedy)


def delimiter_problems(keys: Keys, delimiter: str) -> Iterator[Problem]:
    """Refuse a delimiter that CSV cannot have."""
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '\r\n"':
        yield Problem((*keys, "delimiter"), "a delimiter is one ASCII character", r'write "," or ";" or "|" or "\t"')


def columns_named_in(dataset: Dataset) -> list[str]:
    """Name every column that a dataset speaks of, each once."""
    owners = [owner.column for owner in (dataset.brand, dataset.controller) if isinstance(owner, ByColumn)]
    others = [dataset.key, dataset.valid_from, dataset.valid_to, dataset.residence, *dataset.links]
    others += [order.column for order in dataset.order]
    states = [column.state_column for column in dataset.columns.values()]
    return list(dict.fromkeys(name for name in (*dataset.columns, *owners, *others, *states) if name is not None))


def zone_of(model: IncidentFile) -> str:
    """Name the incident's zone; while that is wrong itself, any other does to judge the rest by."""
    return model.incident.zone if model.incident.zone in zone_names() else "UTC"


def zone_problems(keys: Keys, name: str) -> list[Problem]:
    """Refuse a zone that does not exist."""
    return unreadable(keys, partial(read_zone, name))


def time_format_problems(keys: Keys, name: str) -> Iterator[Problem]:
    """Refuse a time format that is neither one of ours nor a pattern."""
    if name not in TIME_FORMATS and "%" not in name:
        remedy = f"write one of: {', '.join(TIME_FORMATS)}, or a pattern such as '%d/%b/%Y:%H:%M:%S %z'"
        yield Problem(keys, f"unknown time format {show(name)}", remedy)
