"""Tables that memory does not hold while they are made are made in slices; nobody sees it from the answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines import on_duckdb
from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.errors import MemoryShortage
from pipeline.run import run_incident
from pipeline.slices import SLICED
from tests.cli.conftest import CRM, INCIDENT, LOG

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


def test_the_same_bytes_whole_and_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"incident.yaml": INCIDENT, "web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def published(out: Path) -> dict[str, bytes]:
        folder = run_incident(tmp_path / "incident.yaml", None, out, check_expectations=False).folder
        files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    at_once = published(tmp_path / "out")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    shutil.copy(tmp_path / "out" / "person.key", tmp_path / "elsewhere")
    sliced = []
    run_sql, save = DuckDB._run, DuckDB.save

    def refuse_whole(self: DuckDB, sql: str, about: str, parameters: Any = ()) -> Any:
        if about in SLICED and sql.startswith("create or replace table") and "% 3 =" not in last[0]:
            raise MemoryShortage("whole")
        if sql.startswith(("create temp view", "drop view")):
            last[0] = sql
            sliced.append(about)
        return run_sql(self, sql, about, parameters)

    def refuse_order(self: DuckDB, sql: str, path: Path, parameters: Any = ()) -> None:
        if path.stem in SLICED and "from (\nselect * from" not in sql:
            raise MemoryShortage("whole and in order")
        save(self, sql, path, parameters)

    last = [""]
    monkeypatch.setattr(on_duckdb, "COUNTS", (2, 3))
    monkeypatch.setattr(DuckDB, "_run", refuse_whole)
    monkeypatch.setattr(DuckDB, "save", refuse_order)
    assert published(tmp_path / "elsewhere") == at_once
    assert {name for name in SLICED if not name.startswith("amiss")} == set(sliced)
