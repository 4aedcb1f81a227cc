"""Tables that memory does not hold while they are made are made in slices; nobody sees it from the answer."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.errors import MemoryShortage
from pipeline.run import run_incident
from pipeline.slices import COUNTS, SLICED

SAMPLE = Path(__file__).parents[2] / "sample_data" / "incident.yaml"
# What is kept of each group is its list of texts.
LISTS = (
    "select component_number, array_sort(collect_set(sha2(cast(number as varchar), 256))) as names"
    " from numbers group by component_number"
)
NUMBERS = "select range as number, range // 3 as component_number from range({count})"


def fill(engine: DuckDB, count: int) -> None:
    engine.build("numbers", NUMBERS.format(count=count))


def test_a_slice_holds_only_what_falls_to_it_and_all_together_are_the_table(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        fill(engine, 1000)
        engine.build("people", LISTS)
        whole = engine.rows("select * from people order by all")
        for count in (1, 2, 8):  # the second time over the table of the first
            engine.build_in_slices("people", LISTS, count)
            assert engine.rows("select * from people order by all") == whole
        assert engine.rows("select count(*) from numbers") == [(1000,)]
        assert engine.rows("select count(*) from duckdb_views() where not internal") == [(0,)]


def test_what_is_too_much_at_once_is_made_in_slices(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, threads=1, memory="40MB", expected_bytes=1 << 60) as engine:
        fill(engine, 300_000)
        with pytest.raises(MemoryShortage, match="not enough memory to build others"):
            engine.build("others", LISTS)
        engine.build("people", LISTS)
        assert engine.rows("select count(*), sum(len(names)) from people") == [(100_000, 300_000)]


def test_what_fails_in_a_slice_leaves_every_table_whole(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, threads=1, memory="20MB", expected_bytes=1 << 60) as engine:
        fill(engine, 100_000)
        with pytest.raises(MemoryShortage):
            engine.build_in_slices("people", f"select list(names) as all from ({LISTS}) as lists", 1)
        assert engine.rows("select count(*) from numbers") == [(100_000,)]


def test_what_few_slices_do_not_hold_many_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    run = DuckDB._run

    def threads(engine: DuckDB) -> int:
        return int(engine.rows("select current_setting('threads')")[0][0])

    def refuse(self: DuckDB, name: str, sql: str, count: int) -> None:
        tried.append((count, threads(self)))
        if count < COUNTS[-1]:
            raise MemoryShortage("too few")

    def refuse_whole(self: DuckDB, sql: str, about: str, parameters: Any = ()) -> Any:
        if sql.startswith("create"):
            tried.append((1, threads(self)))
            raise MemoryShortage("whole")
        return run(self, sql, about, parameters)

    with open_duckdb(tmp_path, threads=3) as engine:
        monkeypatch.setattr(DuckDB, "build_in_slices", refuse)
        monkeypatch.setattr(DuckDB, "_run", refuse_whole)
        engine.build("people", LISTS)
        assert tried == [(1, 3), (COUNTS[0], 3), *((count, 1) for count in COUNTS[1:])]
        tried.clear()
        with pytest.raises(MemoryShortage, match="whole"):
            engine.build("others", LISTS)
        assert tried == [(1, 3), (1, 1)]
        assert threads(engine) == 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    run_incident(SAMPLE, None, out, check_expectations=False)
    return out


def test_the_same_bytes_whole_and_in_slices(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build, save = DuckDB.build, DuckDB.save
    sliced = set()

    def build_in_slices(self: DuckDB, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        if name not in SLICED:
            return build(self, name, sql, vocabularies)
        sliced.add(name)
        return self.build_in_slices(name, sql, 5)

    def save_ordered(self: DuckDB, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        if path.stem in SLICED and path.stem not in sliced:
            raise MemoryShortage("whole and in order")
        save(self, sql, path, parameters)

    monkeypatch.setattr(DuckDB, "build", build_in_slices)
    monkeypatch.setattr(DuckDB, "save", save_ordered)
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    shutil.copy(whole / "person.key", out)
    run_incident(SAMPLE, None, out, check_expectations=False)
    assert {name for name in SLICED if not name.startswith("amiss")} == sliced
    assert published(out) == published(whole)


def published(out: Path) -> dict[str, bytes]:
    folder = out / "latest"
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
