"""A sound run's tables in the real engine, and a whole publication of them, for the tests of publishing and of faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyarrow.parquet import read_metadata

from pipeline.checks import CheckResult
from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.manifest import build_manifest
from pipeline.publish import publish, working_folder
from pipeline.table_files import ORDERS, PARTITIONED, OwnedTables, write_table
from pipeline.window import Window

SOUND_RUN = Path(__file__).parents[1] / "checks" / "sound_run.sql"


@contextmanager
def open_sound_run(folder: Path, *changes: str, threads: int = 1) -> Iterator[DuckDB]:
    folder.mkdir(parents=True, exist_ok=True)
    with open_duckdb(folder, threads=threads) as engine:
        engine._connection.execute(SOUND_RUN.read_text(encoding="utf-8"))
        for change in changes:
            engine._connection.execute(change)
        yield engine


def stage_tables(engine: DuckDB, folder: Path) -> None:
    """Write every published table from the engine's."""
    for table, order in ORDERS.items():
        write_table(engine, table, f"select * from {table}", order, folder)
    owned = OwnedTables(engine, folder)
    for table in PARTITIONED:
        owned.write(table, f"select * from {table}")
    owned.complete()


def count_rows(staged: Path) -> dict[str, int]:
    return {
        path.relative_to(staged).as_posix(): read_metadata(path).num_rows for path in sorted(staged.rglob("*.parquet"))
    }


def make_manifest(engine: DuckDB, staged: Path, inputs: Path, incident_id: str = "inc-1") -> dict[str, Any]:
    inputs.mkdir(exist_ok=True)
    for name in ("incident.yaml", "web.csv", "crm.csv", "list.csv"):
        (inputs / name).write_text(f"contents of {name}\n")
    source: Any = SimpleNamespace(path=inputs / "incident.yaml", folder=inputs)
    window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
    summary = {"incident_id": incident_id, "title": "Told", "verdict": "customer_data_read"}
    checks = [CheckResult("people", "one_row_per_person", "critical", is_success=True, failing_count=0)]
    return build_manifest(source, window, engine, summary, staged, checks)


def publish_sound_run(folder: Path, out: Path, *changes: str, incident_id: str = "inc-1", threads: int = 1) -> Path:
    """Stage and publish as a run does; returns the published folder."""
    with working_folder(out) as work:
        # The engine's own files lie elsewhere, so that what fails on a full disk is publishing.
        with open_sound_run(folder / work.name, *changes, threads=threads) as engine:
            stage_tables(engine, work / "staged")
            manifest = make_manifest(engine, work / "staged", folder / "inputs", incident_id)
        return publish(work / "staged", out, manifest, {"staging": 0.1})
