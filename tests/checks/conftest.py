"""A small incident, written by hand as the tables of a sound run, and a bench to break one thing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.checks import CheckResult, run_checks
from pipeline.errors import GateError
from pipeline.paths import find_expectations

WORLD = Path(__file__).parent / "sound_run.sql"


class Bench:
    """The tables of a sound run in DuckDB; break some, then judge them. Each test's faults are rolled back."""

    def __init__(self, folder: Path) -> None:
        self.sound = folder
        self.connection = duckdb.connect()
        self.connection.execute(WORLD.read_text(encoding="utf-8"))
        self.names = sorted(name for (name,) in self.connection.execute("show tables").fetchall())
        self.paths = {name: str(self.write(name, folder)) for name in self.names}

    def begin(self, folder: Path) -> None:
        self.folder = folder
        self.quarantine = folder / "quarantine"
        self.tables = dict(self.paths)
        self.connection.execute("begin")

    def end(self) -> None:
        self.connection.execute("rollback")

    def write(self, name: str, folder: Path) -> Path:
        path = folder / f"{name}.parquet"
        self.connection.execute(f"copy {name} to '{path}' (format parquet)")
        return path

    def seed(self, table: str, *faults: str) -> None:
        """Do what `faults` say to `table` and write it anew."""
        for fault in faults:
            self.connection.execute(fault)
        self.tables[table] = str(self.write(table, self.folder))

    def judge(self, *names: str, only: str = "") -> list[CheckResult]:
        checked = {name: self.tables[name] for name in names}
        suites = self._excerpt(names[0], only) if only else find_expectations()
        text = "".join((suites / f"{name}.json").read_text(encoding="utf-8") for name in names)
        beside = {name: path for name, path in self.tables.items() if name in text}
        return run_checks(checked, suites, self.quarantine, beside=beside)

    def _excerpt(self, table: str, only: str) -> Path:
        """A suite with one expectation of the real one, for speed."""
        suite = json.loads((find_expectations() / f"{table}.json").read_text(encoding="utf-8"))
        suite["expectations"] = [item for item in suite["expectations"] if item["meta"]["name"] == only]
        (self.folder / f"{table}.json").write_text(json.dumps(suite), encoding="utf-8")
        return self.folder

    def failures(self, table: str, only: str = "") -> tuple[dict[str, int], str]:
        """Return what failed of one table, with the number of keys kept, and what the gate said."""
        message = ""
        try:
            self.judge(table, only=only)
        except GateError as error:
            message = str(error)
        kept = {}
        for path in sorted(self.quarantine.glob("*.parquet")):
            name = path.name.removeprefix(f"{table}.").removesuffix(".parquet")
            kept[name] = duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
        return kept, message


@pytest.fixture(scope="module")
def whole_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("sound"))
    yield bench
    bench.connection.close()


@pytest.fixture
def bench(whole_bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    whole_bench.begin(tmp_path)
    yield whole_bench
    whole_bench.end()
