"""Databases that work at the same time share the machine's memory, whether or not anybody said how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import run
from pipeline.engines.on_duckdb import machine_memory, open_duckdb
from pipeline.run import CHECKS_PART, DATABASES_PART, FEW_BYTES, Gates, _part_of, _threads, run_incident
from tests.cli.conftest import CRM, INCIDENT, LOG


@pytest.mark.parametrize("memory", [machine_memory(), "4GB", "1.5GiB", "900 MiB"])
def test_the_parts_of_the_sql_and_of_the_checks_are_the_whole(tmp_path: Path, memory: str) -> None:
    parts = [_bytes(tmp_path, _part_of(memory, part)) for part in (CHECKS_PART, 1 - CHECKS_PART)]
    assert sum(parts) == pytest.approx(_bytes(tmp_path, memory), rel=0.03)  # they are shown rounded
    assert 0 < parts[0] < parts[1]


def test_what_nobody_limits_leaves_room_for_what_is_no_database(tmp_path: Path) -> None:
    parts = [_bytes(tmp_path, _part_of(None, part)) for part in (CHECKS_PART, 1 - CHECKS_PART)]
    assert sum(parts) == pytest.approx(DATABASES_PART * _bytes(tmp_path, machine_memory()), rel=0.03)


def test_undivided_memory_is_what_one_database_takes(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        assert connection.execute("select current_setting('memory_limit')").fetchone() == (machine_memory(),)


def test_few_rows_are_left_to_one_thread_unless_threads_are_told(tmp_path: Path) -> None:
    (tmp_path / "landed_records.parquet").write_bytes(bytes(FEW_BYTES))
    assert [_threads(told, tmp_path) for told in (None, 1, 4)] == [1, 1, 4]
    (tmp_path / "landed_events.parquet").write_bytes(b" ")
    assert [_threads(told, tmp_path) for told in (None, 1, 4)] == [None, 1, 4]


class EnoughSeenError(Exception):
    """The last of the databases is told its memory: the rest of the run says nothing more of it."""


def test_each_database_of_a_run_is_told_its_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}

    def open_sql(folder: Path, threads: int | None, memory: str, *others: Any) -> Any:
        told["sql"] = memory
        return open_duckdb(folder, threads, memory, *others)

    def open_gates(quarantine: Path, scratch: Path, threads: int | None, memory: str, *others: Any) -> Gates:
        told["checks"] = memory
        return Gates(quarantine, scratch, threads, memory, *others)

    def replay(*asked: Any) -> None:
        told["replay"] = asked[-1]
        raise EnoughSeenError

    for name, double in (("open_duckdb", open_sql), ("Gates", open_gates), ("replay", replay)):
        monkeypatch.setattr(run, name, double)
    limited = INCIDENT + "limits: {memory: 400MB}\n"
    for name, text in {"incident.yaml": limited, "web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(EnoughSeenError):
        run_incident(tmp_path / "incident.yaml", None, tmp_path / "out", check_expectations=False)
    assert {name: float(memory.removesuffix("MB")) for name, memory in told.items()} == {
        "sql": 300, "checks": 100, "replay": 100,
    }  # fmt: skip


def _bytes(folder: Path, memory: str) -> float:
    units = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
    with open_duckdb(folder, memory=memory) as engine:
        ((shown,),) = engine.rows("select current_setting('memory_limit')")
    number, unit = shown.split()
    return float(number) * units[unit]
