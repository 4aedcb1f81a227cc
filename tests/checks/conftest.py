"""A small incident, written by hand as the tables of a sound run, and a bench to break one thing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.checks import CheckResult, run_checks
from pipeline.checks.keys import failing_keys_sql
from pipeline.checks.looks import looks_of, read_looks
from pipeline.checks.suites import Expectation
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
        looks = read_looks(suites)
        text += "".join(looks[name] for name in looks_of(text, looks))
        beside = {name: path for name, path in self.tables.items() if name in text}
        return run_checks(checked, suites, self.quarantine, beside=beside)

    def keys(self, item: Expectation) -> duckdb.DuckDBPyRelation:
        """The keys that fail one expectation, of the tables as they are."""
        sql, looks = failing_keys_sql(item), read_looks(find_expectations())
        for name in looks_of(sql, looks):
            self.connection.execute(f"create or replace temp view {name} as {looks[name]}")
        return self.connection.sql(sql)

    def _excerpt(self, table: str, only: str) -> Path:
        """A suite with one expectation of the real one, for speed."""
        suite = json.loads((find_expectations() / f"{table}.json").read_text(encoding="utf-8"))
        suite["expectations"] = [item for item in suite["expectations"] if item["meta"]["name"] == only]
        (self.folder / f"{table}.json").write_text(json.dumps(suite), encoding="utf-8")
        for path in find_expectations().glob("*.sql"):
            (self.folder / path.name).symlink_to(path)
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
