"""The SQL catalogue: which tables there are, what each reads, and so in which order they are built.

A table's name is its file's name, its floor its folder, its order what it reads: nothing is written twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from pipeline.errors import ScopeError

FLOORS = ("staging", "intermediate", "marts")
NO_CODE = re.compile(r"--.*|'[^']*'")
READ = re.compile(r"\b(?:from|join)\s+([a-z_][a-z0-9_]*)\b(?!\s*\()")
PART = re.compile(r"\b([a-z_][a-z0-9_]*)\s+as\s+\(\s*(?=select|with)")


@dataclass(frozen=True)
class Step:
    """One table of the catalogue."""

    name: str
    floor: str
    path: Path
    reads: tuple[str, ...]
    sql: str

    @property
    def grain(self) -> str:
        """The file's first comment line: one row per what."""
        return self.sql.splitlines()[0].removeprefix("--").strip()


@cache
def load_steps(folder: Path) -> tuple[Step, ...]:
    """Return every step under `folder`, each after all it reads.

    Raises ScopeError where two tables read each other.
    """
    steps = {step.name: step for step in (_read_step(path) for path in sorted(folder.glob("*/*.sql")))}
    order = TopologicalSorter({name: sorted(set(step.reads) & set(steps)) for name, step in sorted(steps.items())})
    try:
        return tuple(steps[name] for name in order.static_order())
    except CycleError as error:
        raise ScopeError(f"these tables read each other: {' → '.join(error.args[1])}") from None


def upstream(steps: tuple[Step, ...], names: set[str]) -> tuple[Step, ...]:
    """Return the steps that `names` need, themselves included, in build order."""
    wanted = set(names)
    for step in reversed(steps):
        if step.name in wanted:
            wanted |= set(step.reads)
    return tuple(step for step in steps if step.name in wanted)


def _read_step(path: Path) -> Step:
    sql = path.read_text(encoding="utf-8")
    return Step(path.stem, path.parent.name, path, _tables_read(sql), sql)


def _tables_read(sql: str) -> tuple[str, ...]:
    """Return the tables that stand after `from` or `join` and are no part of the text itself.

    The layout that the SQL is held to (tests/architecture) makes words enough; a parser takes half a second for all.
    """
    code = NO_CODE.sub("", sql)
    return tuple(sorted(set(READ.findall(code)) - set(PART.findall(code))))
