"""The field catalogue: the kinds of personal data this tool knows, in the order reports list them.

This room reads `catalogue.csv` and knows nothing else: not which column holds a field, not what an exposure is.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of personal data (semantics, section 1)."""

    name: str
    number: int
    category: str
    label: str
    identifier: str | None
    identifier_class: str | None
    is_payment: bool


@cache
def read_catalogue() -> Mapping[str, Field]:
    """Read the catalogue: field name → field, in catalogue order; numbers count from 1."""
    text = Path(__file__).with_name("catalogue.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["field"]: _read_field(number, row) for number, row in enumerate(rows, start=1)})


def _read_field(number: int, row: Mapping[str, str]) -> Field:
    return Field(
        name=row["field"],
        number=number,
        category=row["category"],
        label=row["label"],
        identifier=row["identifier"] or None,
        identifier_class=row["identifier_class"] or None,
        is_payment=row["is_payment"] == "true",
    )
