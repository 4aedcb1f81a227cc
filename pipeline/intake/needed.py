"""What the events make it necessary to know of the datasets, so that nothing else of them is written down.

This room only gathers; it must not know how any of it is found out.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Needed:
    """What events speak of: values of columns, as (dataset, column); datasets whose order places records on pages."""

    values: set[tuple[str, str]] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)

    def add(self, other: Needed) -> None:
        """Take in what other events need."""
        self.values |= other.values
        self.orders |= other.orders

    def columns_of(self, dataset: str) -> tuple[str, ...]:
        """List the columns of a dataset whose values are needed, sorted."""
        return tuple(sorted(column for owner, column in self.values if owner == dataset))
