"""Small logs of every format, in one incident: who was read in each, how surely, by which access and with which columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.config import Log
from pipeline.errors import InputError
from pipeline.intake.files import find_files
from pipeline.intake.logs.reading import read_log
from pipeline.intake.logs.registry import FORMATS, choose_format
from pipeline.run import run_incident
from tests.golden.formats.object_logs import IDS, OBJECT_LOGS
from tests.golden.formats.samples import EVE
from tests.golden.formats.text_logs import TEXT_LOGS

SAMPLES = {sample.name: sample for sample in [*TEXT_LOGS, *OBJECT_LOGS]}


def dataset(name: str, table: list[str]) -> dict[str, Any]:
    columns = {"email": "email", "name": "full_name", "phone": "phone"}
    return {"path": f"{name}.csv", "role": "crm", "key": "id", "brand": "Acme", "columns": columns, "table": table}


def write_incident(folder: Path) -> Path:
    keys = {
        "crm": [str(n) for n in range(1, 10)],
        "listing": ["L1", "L2"],
        "mails": ["<1>", "<2>"],
        "contacts": list(IDS),
    }
    for name, held in keys.items():
        rows = [f"{key},{name}{n}@mail.example,Nora N{'abcdefghij'[n]}x,+4930123{n:04}" for n, key in enumerate(held)]
        (folder / f"{name}.csv").write_text("\n".join(["id,email,name,phone", *rows]) + "\n")
    logs = {}
    for sample in SAMPLES.values():
        for name, content in sample.files.items():
            path = folder / sample.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))
        first = next(iter(sample.files))
        logs[sample.name] = {"coverage": "complete", "path": first, **sample.log}
        logs[sample.name]["path"] = f"{sample.name}/{logs[sample.name]['path']}"
    incident = {
        "incident": {"id": "formats", "window": "2026-03-28/2026-03-28"},
        "intruder": [{"ip": EVE}, {"principal": ["eve", "EVE", "eve@acme.com"], "absent": "ip"}, {"principal": "eve"}],
        "logs": logs,
        "datasets": {
            "crm": dataset("crm", ["crm.customers", "crm.public.customers", "acme.crm.customers"]),
            "listing": dataset("listing", ["crm.listing"]),
            "mails": dataset("mails", ["mails"]),
            "contacts": dataset("contacts", ["Contact"]),
        },
        "routes": [{**route, "log": sample.name} for sample in SAMPLES.values() for route in sample.routes],
        "limits": {"reject_share": 0.5},
    }  # fmt: skip
    path = folder / "incident.yaml"
    path.write_text(json.dumps(incident))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("formats")
    done = run_incident(write_incident(folder), None, folder / "out", check_expectations=False)
    names = ("accesses", "evidence", "exposed_records", "rejects", "open_questions", "unresolved")
    return {name: pq.ParquetFile(done.folder / f"{name}.parquet").read().to_pylist() for name in names}


def seen_in(run: dict[str, list[dict[str, Any]]], log: str) -> dict[str, Any]:
    events = {row["event_id"] for row in run["accesses"] if row["log"] == log}
    found: dict[str, Any] = {}
    for record in run["exposed_records"]:
        for row in run["evidence"]:
            if row["evidence_id"] == record["evidence_id"] and row["event_id"] in events:
                columns = {one.rpartition(":")[2] for one in row["delivered_columns"]}
                ordered = tuple(name for name in ("email", "name", "phone") if name in columns)
                found[record["record_key"]] = (row["grade"], row["access"], ordered)
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_who_was_read(run: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert seen_in(run, name) == SAMPLES[name].seen


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_that_cannot_be_read_are_counted(run: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert sum(row["source"] == name for row in run["rejects"]) == SAMPLES[name].rejects


CLAIMED = [name for name, sample in SAMPLES.items() if not {"format", "columns"} & set(sample.log)]


@pytest.mark.parametrize("name", CLAIMED)
def test_a_file_is_refused_under_another_formats_name(tmp_path: Path, name: str) -> None:
    """Nothing is half read: the message names the format that it is."""
    first, content = next(iter(SAMPLES[name].files.items()))
    path = tmp_path / Path(first).name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    files = find_files([path.name], tmp_path, "here", may_be_folder=True)
    own = choose_format(Log.model_validate({"path": path.name}), files, "here")
    assert own is not None
    for other in sorted(FORMATS.keys() - {own.name}):
        with pytest.raises(InputError, match=f"is no {other} log, but {own.name}"):
            choose_format(Log.model_validate({"path": path.name, "format": other}), files, "here")


def test_a_table_of_other_columns_is_rejected_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "own.parquet").write_bytes(SAMPLES["mapped_parquet"].files["own.parquet"])  # type: ignore[arg-type]
    files = find_files(["own.parquet"], tmp_path, "here", may_be_folder=True)
    _, batches = read_log(Log.model_validate({"path": "own.parquet", "format": "postgres_csv"}), files, "here")
    assert [(batch.frame.height, len(batch.rejects)) for _, batch in batches] == [(0, 4)]
