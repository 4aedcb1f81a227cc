"""The field catalogue in other people's words: fideslang, VERIS, DPV and Have I Been Pwned's data classes.

Each of their terms maps to the field it is closest to, or is out of scope with the reason. This room reads
`taxonomies.csv` and knows nothing else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a taxonomy: the catalogue's field, or why there is none."""

    taxonomy: str
    name: str
    field: str | None
    out_of_scope: str | None


@cache
def read_taxonomies() -> tuple[Term, ...]:
    """Read every term, by taxonomy and name."""
    text = Path(__file__).with_name("taxonomies.csv").read_text(encoding="utf-8")
    return tuple(
        Term(row["taxonomy"], row["term"], row["field"] or None, row["out_of_scope"] or None)
        for row in csv.DictReader(text.splitlines())
    )
