"""The gate inside the engine: what must hold of a table of the SQL catalogue, asked as soon as it is built.

Staging and intermediate tables are not written anywhere and may be as large as the logs, so they are judged where they
stand, by the same suites and the same select of failing keys as every other table. A table is compared with what it is
made of: what is lost in the middle is lost consistently everywhere after it, and no comparison of results would see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pipeline.checks import CheckResult, clear_keys, refuse_critical
from pipeline.checks.keys import failing_keys_sql
from pipeline.checks.suites import load_suite


class Engine(Protocol):
    """What a check asks of an engine."""

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write the rows of one select to one Parquet file."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""


def find_suites(expectations: Path) -> dict[str, Path]:
    """Return table → the folder of its suite, for each table that is judged where it stands."""
    return {path.stem: path.parent for path in sorted(expectations.glob("*/*.json"))}


def check_standing(engine: Engine, table: str, suites: Path, quarantine: Path) -> list[CheckResult]:
    """Judge one table that the engine holds, beside those it was made of; return one result per expectation.

    The keys of failing rows are written to `quarantine` as `run_checks` does. Raises GateError if a critical
    expectation failed.
    """
    clear_keys(quarantine, {table: ""})
    results = []
    for item in load_suite(suites, table).expectations:
        failing = failing_keys_sql(item)
        ((count,),) = engine.rows(f"select count(*) from ({failing}) as failing")  # noqa: S608
        if count:
            quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = quarantine / f"{table}.{item.name}.parquet"
            engine.save(failing, path)
            path.chmod(0o600)
        results.append(CheckResult(table, item.name, item.severity, not count, int(count), item.description))
    refuse_critical(results, quarantine)
    return results


class JudgedEngine:
    """An engine whose tables are judged as they are built; in all else it is the engine it is given."""

    def __init__(
        self, engine: Any, suites: Mapping[str, Path], quarantine: Path, look_around: Callable[[], None] | None = None
    ) -> None:
        """`look_around` is called before each table; what it raises ends the building."""
        self._engine = engine
        self._look_around = look_around
        self._suites = suites
        self._quarantine = quarantine
        self._results: dict[str, list[CheckResult]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def build(self, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        """Build a table and judge it; raises GateError if it is not as it must be."""
        if self._look_around is not None:
            self._look_around()
        self._engine.build(name, sql, vocabularies)
        if name in self._suites:
            self._results[name] = check_standing(self._engine, name, self._suites[name], self._quarantine)

    @property
    def results(self) -> list[CheckResult]:
        """What became of every expectation so far; of a table that was built anew, of its last build."""
        return [result for results in self._results.values() for result in results]
