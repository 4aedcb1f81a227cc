"""Records to people, where SQL alone will not do: two names held side by side, and the components of a graph of links.

This room knows subjects, link keys and profiles to compare; it knows no log, no brand and no field. It takes its tables
as Parquet files in one folder, each in the order of one column, for an engine sorts what no memory holds, and leaves
its own beside them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.identity.profiles import compare
from pipeline.identity.resolve import resolve

__all__ = ["EXCHANGES", "Exchange", "compare", "resolve"]


@dataclass(frozen=True)
class Exchange:
    """One visit to this room: what it reads, table → the column in whose order; what it leaves; and what it does."""

    inputs: Mapping[str, str]
    outputs: tuple[str, ...]
    work: Callable[[Path], None]


EXCHANGES = (
    Exchange({"int_profile_pairs": "profile_number", "int_established_names": "name"}, ("compared_profiles",), compare),
    Exchange(
        {
            "int_profiles": "profile_number",
            "int_subject_profiles": "subject_number",
            "int_identity_links": "link_number",
            "int_subject_marks": "subject_number",
            "int_decided_pairs": "subject_number",
            "int_established_names": "name",
        },
        ("resolved_subjects", "resolved_links"),
        resolve,
    ),
)
"""In the order in which they are made."""
