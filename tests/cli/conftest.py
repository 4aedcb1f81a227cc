"""A tiny incident, the door called as a person calls it, and a run's folder made by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.cli import main

INCIDENT = """\
incident: {id: tiny, title: A tiny one, zone: UTC, window: 2026-03-28/2026-03-29}
intruder: [{ip: 203.0.113.7}]
logs:
  web:
    path: web.csv
    columns: {time: ts, ip: ip, action: op, resource: path, status: status, bytes: bytes}
    coverage: complete
datasets:
  crm:
    path: crm.csv
    role: crm
    key: id
    brand: {column: brand}
    columns: {email: email, name: full_name}
routes:
  - {resource: "/customers/{key}", dataset: crm}
"""
LOG = """\
ts,ip,op,path,status,bytes
2026-03-28T10:00:00Z,203.0.113.7,GET,/customers/7,200,512
2026-03-28T10:01:00Z,203.0.113.7,GET,/customers/8,403,0
2026-03-28T10:02:00Z,198.51.100.1,GET,/customers/8,200,512
"""
CRM = """\
id,brand,email,name
7,Tarn,ann.lee@mail.example.com,Ann Lee
8,Tarn,bo.day@mail.example.com,Bo Day
"""

Scope = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with an incident of one log and two customers, one of whom was read."""
    for name, text in {"incident.yaml": INCIDENT, "web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Scope:
    """Go through the door in the test's folder, in this process; return how it ended and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCOPE_DEBUG", raising=False)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = main(arguments)
        return subprocess.CompletedProcess(["scope", *arguments], code, *capfd.readouterr())

    return run


@pytest.fixture
def process(tmp_path: Path) -> Scope:
    """Run `scope …` as a process of its own, in the test's folder and without a terminal."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipeline", *arguments]
        root = str(Path(__file__).resolve().parents[2])
        variables = {**os.environ, "PYTHONPATH": root, "COLUMNS": "80", **environment}
        return subprocess.run(
            command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    return run


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """An output folder with two runs made by hand, the later one the latest; returns the output folder."""
    out = tmp_path / "out"
    for run, people in (("one-aaaaaaaa", ["p1"]), ("two-bbbbbbbb", ["p1", "p2", "p3"])):
        folder = out / "runs" / run
        for part in ("exposures", "contacts"):
            (folder / part).mkdir(parents=True)
        table = pa.table(
            {
                "person_id": people,
                "brand": ["=HYPERLINK(1)", "+1", "Tarn"][: len(people)],
                "fields": [["email", "phone"], [], None][: len(people)],
                "seen_at": pa.array([datetime(2026, 3, 28, 10), None, None][: len(people)], pa.timestamp("us")),
                "event_count": [1, -2, None][: len(people)],
            }
        )
        parquet.write_table(table, folder / "people.parquet")
        parquet.write_table(table, folder / "exposures" / "tarn-00000000.parquet")
        parquet.write_table(table, folder / "exposures" / "vale-11111111.parquet")
        contacts = pa.table({"person_id": people, "contact_value": ["ann.lee@mail.example.com"] * len(people)})
        parquet.write_table(contacts, folder / "contacts" / "tarn-00000000.parquet")
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
    (out / "latest").symlink_to("runs/two-bbbbbbbb")
    return out
