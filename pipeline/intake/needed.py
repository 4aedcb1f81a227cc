"""What the events make it necessary to know of the datasets, so that nothing else of them is written down.

This room only gathers; it must not know how any of it is found out.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A stretch of a stored file's plain bytes, `end` not in it, and the columns that are delivered in it."""

    start: int
    end: int
    projection: str | None = None


@dataclass(slots=True)
class Needed:
    """What events speak of.

    Values of columns, as (dataset, column); datasets whose order places records on pages; byte ranges of their files.
    """

    values: set[tuple[str, str]] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    ranges: dict[str, set[ByteRange]] = field(default_factory=dict)

    def add(self, other: Needed) -> None:
        """Take in what other events need."""
        self.values |= other.values
        self.orders |= other.orders
        for dataset, ranges in other.ranges.items():
            self.ranges[dataset] = self.ranges.get(dataset, set()) | ranges

    def columns_of(self, dataset: str) -> tuple[str, ...]:
        """List the columns of a dataset whose values are needed, sorted."""
        return tuple(sorted(column for owner, column in self.values if owner == dataset))
