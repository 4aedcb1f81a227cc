"""What the story asks of an engine. It must not know what any table means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """Something that holds named tables and builds new ones from the project's SQL text."""

    def load(self, name: str, path: Path) -> None:
        """Make the Parquet file at `path`, or all that fit it, readable as table `name` from now on."""

    def load_together(self, tables: Mapping[str, Path], vocabularies: Mapping[str, str]) -> None:
        """Make the Parquet files readable as tables of these names.

        `vocabularies` names the columns that hold few distinct words, each with the vocabulary it shares with others.
        Inside they may be numbers; they sort, compare and are written as the texts they are.
        """

    def build(self, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        """Build table `name` from one select statement; `vocabularies` are its columns of few words.

        Where memory does not suffice it is built in slices, if it can be (`pipeline.slices`).
        Raises MemoryShortage where that does not suffice either.
        """

    def drop(self, names: Sequence[str]) -> None:
        """Forget tables that were built and that nobody reads any more."""

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write the rows of one ordered select to one Parquet file, the same bytes for the same rows."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""

    def resting(self) -> AbstractContextManager[None]:
        """Return a time in which the engine is asked nothing, and gives back what memory it can do without."""
