"""Records to people, where SQL alone will not do: two names held side by side, and the components of a graph of links.

This room knows subjects, link keys and profiles to compare; it knows no log, no brand and no field. It takes its tables
as Parquet files in one folder and leaves its own beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.identity.profiles import compare
from pipeline.identity.resolve import resolve

__all__ = ["EXCHANGES", "Exchange", "compare", "resolve"]


@dataclass(frozen=True)
class Exchange:
    """One visit to this room: the tables it reads, those it leaves, and what it does."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    work: Callable[[Path], None]


EXCHANGES = (
    Exchange(("int_profile_pairs", "int_established_names"), ("compared_profiles",), compare),
    Exchange(
        (
            "int_profiles",
            "int_subject_profiles",
            "int_identity_links",
            "int_subject_marks",
            "int_decided_pairs",
            "int_established_names",
        ),
        ("resolved_subjects", "resolved_links"),
        resolve,
    ),
)
"""In the order in which they are made."""
