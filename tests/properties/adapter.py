"""The one place that knows how to run the pipeline and read what it published."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from generator import Case

Row = dict[str, Any]
Tables = dict[str, list[Row]]
ROOT = Path(__file__).resolve().parents[2]
TABLES = [
    "exposures", "exposure_fields", "exposed_records", "people", "accesses", "unresolved", "coverage", "rejects",
    "contacts", "open_questions", "links", "funnel",
]  # fmt: skip


def has_pipeline() -> bool:
    """Whether there is a pipeline to compare with."""
    return importlib.util.find_spec("pipeline") is not None and importlib.util.find_spec("pipeline.run") is not None


def run_pipeline(case: Case, folder: Path) -> Path:
    """Write a case, scope it in this process, and return the folder of published tables."""
    from pipeline.run import run_incident  # what takes long to import is imported when needed

    path = case.write(folder)
    # Charts are another test's; to draw them would take a tenth of the time.
    return run_incident(path, case.window, folder / "out", check_expectations=False, pen=lambda _: "<svg/>").folder


def scope_pipeline(case: Case) -> Tables:
    """Scope a case; all published tables."""
    with tempfile.TemporaryDirectory() as folder:
        return read_tables(run_pipeline(case, Path(folder)))


def run_apart(path: Path, out: Path, environment: dict[str, str]) -> Path:
    """Scope an incident file in a process of its own, with another environment."""
    script = (
        "import sys; from pathlib import Path; from pipeline.run import run_incident; "
        "print(run_incident(Path(sys.argv[1]), None, Path(sys.argv[2]), check_expectations=False).folder)"
    )
    command = [sys.executable, "-c", script, str(path), str(out)]
    done = subprocess.run(command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip().splitlines()[-1])


def read_tables(folder: Path) -> Tables:
    """All published tables as rows; a table in several files is one table."""
    tables = {name: read_table(folder, name) for name in TABLES}
    tables["evidence"] = unfold(read_table(folder, "evidence"), tables["exposed_records"], tables["accesses"])
    return tables


def unfold(evidence: list[Row], records: list[Row], accesses: list[Row]) -> list[Row]:
    """The evidence of each exposed record: sets written out, events as the lines they stand in."""
    places = {row["event_id"]: {name: row[name] for name in ("log", "file", "line")} for row in accesses}
    nowhere = {"log": None, "file": None, "line": None}
    names = ("dataset", "record_key", "subject", "person_id", "brand", "controller")
    sets: dict[str, list[Row]] = {}
    for row in evidence:
        shown = {name: value for name, value in row.items() if name not in ("event_id", "evidence_id")}
        sets.setdefault(row["evidence_id"], []).append(shown | places.get(row["event_id"], nowhere))
    return [row | {name: record[name] for name in names} for record in records for row in sets[record["evidence_id"]]]


def read_table(folder: Path, name: str) -> list[Row]:
    """One published table, its instants as naive UTC."""
    files = sorted((folder / name).glob("*.parquet")) if (folder / name).is_dir() else [folder / f"{name}.parquet"]
    return [
        {column: plain(value) for column, value in row.items()}
        for file in files
        for row in pq.ParquetFile(file).read().to_pylist()
    ]


def plain(value: Any) -> Any:
    """An instant without its zone, which is UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Every sealed file of a run: all but the timings."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timings.json"
    }
