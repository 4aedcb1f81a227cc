"""The suites as they are written: Great Expectations' own JSON, one file per table, read without importing it.

This room knows the shape of a suite. What an expectation means is Great Expectations' to say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import GateError

SEVERITIES = ("critical", "warning")
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold of one table."""

    table: str
    name: str
    severity: str
    description: str
    type: str
    kwargs: dict[str, Any]
    key_columns: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """All that must hold of one table; `configurations` is what Great Expectations is given."""

    table: str
    expectations: tuple[Expectation, ...]
    configurations: tuple[dict[str, Any], ...]


def load_suite(folder: Path, table: str) -> Suite:
    """Read the suite of `table` from `folder`.

    Raises GateError if there is none or it cannot be read as one: a table without a suite is never passed unchecked.
    """
    path = folder / f"{table}.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        keys = tuple(document["meta"]["key_columns"])
        configurations = tuple(document["expectations"])
        expectations = tuple(_expectation(table, keys, item) for item in configurations)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GateError(
            f"the expectations of {table} cannot be read ({type(error).__name__})",
            where=str(path),
            remedy="restore the file from the project, or install scope-pipeline again",
        ) from error
    return Suite(table, expectations, configurations)


def _expectation(table: str, keys: tuple[str, ...], item: dict[str, Any]) -> Expectation:
    name, severity = item["meta"]["name"], item["severity"]
    if not NAME.fullmatch(name) or severity not in SEVERITIES:
        raise ValueError(name)
    return Expectation(table, name, severity, item.get("description", ""), item["type"], item["kwargs"], keys)
