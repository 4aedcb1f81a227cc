"""Tables that memory may not hold lie in a private file, packed; nobody sees it from the answer."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path

import pytest

from pipeline import run
from pipeline.engines import on_duckdb
from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.errors import PublishingError
from tests.cli.conftest import CRM, INCIDENT, LOG

MORE_THAN_ANY_MACHINE = 1 << 60
ROWS = "select range as number, sha2(cast(range as varchar), 256) as name from range({count})"


def test_what_memory_holds_stays_there(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, memory="1GB", expected_bytes=999_000_000) as engine:
        engine.build("numbers", ROWS.format(count=1000))
        assert list(tmp_path.iterdir()) == []


def test_the_file_is_its_owners_and_room_given_back_is_taken_again(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, memory="1GB", expected_bytes=1_001_000_000) as engine:
        sizes = []
        for _ in range(4):
            engine.build("numbers", ROWS.format(count=300_000))
            (file,) = tmp_path.iterdir()  # no log beside it
            sizes.append(file.stat().st_size)
            engine.drop(["numbers"])
        assert file.stat().st_mode & 0o777 == 0o600
        assert sizes[0] > 10_000_000
        assert sizes[-1] < 1.5 * sizes[0]


@pytest.mark.parametrize("memory", ["1GB", None])
@pytest.mark.parametrize("is_in_file", [True, False])
def test_tables_in_a_file_leave_memory_while_nobody_asks(
    tmp_path: Path, memory: str | None, is_in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And are there again afterwards, with as much memory as before; tables in memory stay where they are."""
    monkeypatch.setattr(on_duckdb, "AT_REST", "25MB")
    with open_duckdb(tmp_path, memory=memory, expected_bytes=MORE_THAN_ANY_MACHINE if is_in_file else 0) as engine:
        engine.build("numbers", ROWS.format(count=1_000_000))
        held, limit = _memory_of(engine)
        with engine.resting():
            at_rest, _ = _memory_of(engine)
        assert held > 50_000_000
        assert at_rest <= 25_000_000 if is_in_file else at_rest == held
        assert abs(_memory_of(engine)[1] - limit) <= limit / 100  # DuckDB tells it rounded
        assert engine.rows("select count(*), count(distinct name) from numbers") == [(1_000_000, 1_000_000)]


def test_what_fails_meanwhile_leaves_the_memory_as_it_was(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, memory="1GB", expected_bytes=MORE_THAN_ANY_MACHINE) as engine:
        _, limit = _memory_of(engine)
        with pytest.raises(RuntimeError), engine.resting():
            raise RuntimeError
        assert _memory_of(engine)[1] == limit


def _memory_of(engine: DuckDB) -> tuple[int, float]:
    """Return what the database holds in memory, in bytes, and what it may."""
    ((held, limit),) = engine.rows(
        "select sum(memory_usage_bytes), current_setting('memory_limit') from duckdb_memory()"
    )
    number, unit = limit.split()
    return int(held), float(number) * on_duckdb.UNITS[unit]


def test_a_disk_that_holds_no_more_ends_in_a_refusal(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_duckdb(tmp_path, expected_bytes=MORE_THAN_ANY_MACHINE) as engine:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
        try:
            with pytest.raises(PublishingError, match="could not read or write the working files of numbers"):
                engine.build("numbers", ROWS.format(count=300_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_same_bytes_from_tables_in_memory_and_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"incident.yaml": INCIDENT, "web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def published(out: Path) -> dict[str, bytes]:
        folder = run.run_incident(tmp_path / "incident.yaml", None, out, check_expectations=False).folder
        files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    in_memory = published(tmp_path / "out")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    shutil.copy(tmp_path / "out" / "person.key", tmp_path / "elsewhere")
    monkeypatch.setattr(run, "TABLES_PER_LANDED", MORE_THAN_ANY_MACHINE)
    assert published(tmp_path / "elsewhere") == in_memory
    assert not list((tmp_path / "elsewhere").glob(".work-*"))
