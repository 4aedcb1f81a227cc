"""What the story asks of an engine. It must not know what any table means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """Something that holds named tables and builds new ones from the project's SQL text."""

    def load(self, name: str, path: Path) -> None:
        """Make the Parquet file at `path` readable as table `name`."""

    def build(self, name: str, sql: str) -> None:
        """Build table `name` from one select statement."""

    def drop(self, name: str) -> None:
        """Forget a table that was built and that nobody reads any more."""

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write the rows of one ordered select to one Parquet file, the same bytes for the same rows."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""
