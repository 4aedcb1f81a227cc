"""Counts of people as they may be told: small ones not at all, and then none of the others to the last one.

A count that is left out follows from the others where a total is told exactly. So with a limit every count of people is
told as a multiple of it: a difference of two then hides as much as the limit does. Knows no figure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How counts are told: exactly if `smallest` is one."""

    smallest: int = 1

    def rounded(self, count: int) -> int:
        """Return the count as it is told: the nearest multiple of the limit, zero for what is below it."""
        if self.smallest == 1 or count < self.smallest:
            return count if self.smallest == 1 else 0
        return (count + self.smallest // 2) // self.smallest * self.smallest

    def tell(self, count: int) -> str:
        """Write the count as HTML."""
        return f"&lt; {self.smallest:,}" if 0 < count < self.smallest else f"{self.rounded(count):,}"

    def share(self, part: int, whole: int) -> float:
        """Return how much of the whole the part is, as far as both are told."""
        told = self.rounded(whole)
        return min(self.rounded(part) / told, 1.0) if told else 0.0

    def note(self) -> str:
        """Say what is left out; nothing if all is told."""
        if self.smallest == 1:
            return ""
        return (
            f"Counts of people and of their records below {self.smallest:,} are not told, and all others are rounded "
            f"to multiples of {self.smallest:,}, so that none follows from the rest."
        )
