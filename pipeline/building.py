"""The tables of the SQL catalogue as they stand in one engine: built once, in order, and let go when nobody reads them.

All tables of a run together are several times what a machine holds; those of any one moment are not. This room knows
the names of tables and who reads which, and nothing of what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

from pipeline.steps import Step, upstream
from pipeline.stopwatch import Stopwatch
from pipeline.vocabularies import LISTED


class Engine(Protocol):
    """What is asked of an engine here."""

    def build(self, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        """Build a table; `vocabularies` are its columns of few words."""

    def drop(self, names: Sequence[str]) -> None:
        """Forget tables that were built."""


class Building:
    """What stands, and what is still to be built.

    `kept` are the tables that somebody reads besides the catalogue, up to the end.
    """

    def __init__(self, engine: Engine, steps: tuple[Step, ...], watch: Stopwatch, kept: Collection[str] = ()) -> None:
        self.steps = steps
        self._engine = engine
        self._watch = watch
        self._kept = frozenset(kept)
        self._built: set[str] = set()
        self._standing: set[str] = set()

    def build_up_to(self, names: Iterable[str], asked: Collection[str] | None = None) -> None:
        """Build what `names` need, themselves included, as far as it was not built before.

        If it is said which tables others are still to ask for, let go of the rest once no step reads it.
        """
        for step in upstream(self.steps, set(names)):
            if step.name not in self._built:
                self._build(step, self._make)
                if asked is not None:
                    self.let_go(asked)

    def build_again(self, steps: Iterable[Step]) -> None:
        """Build steps whether or not they stand, as often as asked; they are done only when `settle` says so."""
        for step in steps:
            with self._watch.step(step.name, self._place()):
                self._make(step)

    def settle(self, steps: Iterable[Step]) -> None:
        """Take what was built again as it stands now for built."""
        for step in steps:
            self._built.add(step.name)
            self._standing.add(step.name)

    def let_go(self, asked: Collection[str] = ()) -> None:
        """Drop what no step to come reads, unless it is kept to the end or in `asked`."""
        needed = {name for step in self.steps if step.name not in self._built for name in step.reads}
        gone = sorted(self._standing - needed - self._kept - set(asked))
        if gone:
            self._engine.drop(gone)
        self._standing -= set(gone)

    def build_rest(self, make: Callable[[Step], None]) -> None:
        """Build what was not built yet, by `make`; let go of each table as soon as nobody reads it any more."""
        for step in self.steps:
            if step.name not in self._built:
                self._build(step, make)
                self.let_go()

    def _build(self, step: Step, make: Callable[[Step], None]) -> None:
        with self._watch.step(step.name, self._place()):
            make(step)
        self.settle([step])

    def _place(self) -> str:
        return f"{len(self._built) + 1} of {len(self.steps)}"

    def _make(self, step: Step) -> None:
        self._engine.build(step.name, step.sql, LISTED.get(step.name, ()))
