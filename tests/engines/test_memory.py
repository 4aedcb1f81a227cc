"""Databases that work at the same time share the machine's memory, whether or not anybody said how much."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.engines.on_duckdb import machine_memory, open_duckdb
from pipeline.run import CHECKS_PART, DATABASES_PART, _part_of


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


def _bytes(folder: Path, memory: str) -> float:
    units = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
    with open_duckdb(folder, memory=memory) as engine:
        ((shown,),) = engine.rows("select current_setting('memory_limit')")
    number, unit = shown.split()
    return float(number) * units[unit]
