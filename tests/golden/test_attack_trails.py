"""Audit trails of simulated attacks, by other hands: what may be said of object reads that such a log cannot show.

The trails lie beside the project, not in it; where they are absent these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.run import run_incident

ATTACKS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "attacks"
INVICTUS = ATTACKS / "invictus_cloudtrail_2023-07-10.jsonl"
STRATUS = ATTACKS / "stratus" / "aws.defense-evasion.cloudtrail-{}.json"

pytestmark = pytest.mark.skipif(not INVICTUS.exists(), reason="the shared attack logs are not here")

MAPPED: dict[str, Any] = {
    "format": "jsonl",
    "columns": {"time": "eventTime", "event_id": "eventID", "ip": "sourceIPAddress", "action": "eventName",
                "outcome": "errorCode", "plane": "eventCategory", "signal": "eventName", "resource": "eventSource"},
    "words": {
        "signal": {"StopLogging": "logging_stopped", "StartLogging": "logging_started",
                   "DeleteTrail": "logging_deleted", "PutEventSelectors": "scope_changed"},
        "outcome": {"TrailNotFoundException": "failed"},
    },
}  # fmt: skip


def scope(folder: Path, window: str, log: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Scope an incident whose one dataset lies in a bucket that the trail should show; its summary and tables."""
    (folder / "customers.csv").write_text("id,email\n1,ann@mail.example\n2,bob@mail.example\n")
    incident = {
        "incident": {"id": "trail", "window": window},
        "intruder": [{"ip": "198.51.100.77"}],
        "logs": {"trail": {"coverage": "complete", **log}},
        "datasets": {
            "customers": {
                "path": "customers.csv", "role": "crm", "key": "id", "brand": "Acme", "columns": {"email": "email"},
            },
        },
        "routes": [{"resource": "s3://acme-customers/*", "dataset": "customers"}],
    }  # fmt: skip
    path = folder / "incident.yaml"
    path.write_text(json.dumps(incident))
    result = run_incident(path, None, folder / "out")
    names = ("coverage", "open_questions", "exposed_records")
    return result.summary, {
        name: pq.ParquetFile(result.folder / f"{name}.parquet").read().to_pylist() for name in names
    }


def kinds(tables: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["kind"] for row in tables["open_questions"]}


@pytest.mark.parametrize("log", [MAPPED, {"format": "cloudtrail"}], ids=["mapped", "cloudtrail"])
def test_a_trail_without_data_events_cannot_tell(tmp_path: Path, log: dict[str, Any]) -> None:
    summary, tables = scope(tmp_path, "2023-07-10T11:42:18Z/2023-07-10T11:59:00Z", {"path": str(INVICTUS), **log})
    stretches = [(row["status"], row["basis"], row["is_gap"], row["datasets"]) for row in tables["coverage"]]
    assert stretches == [("no_data_events", "shown", False, ["customers"])]
    assert "no_data_events" in kinds(tables)
    assert tables["exposed_records"] == []
    assert summary["verdict"] == "undetermined"


@pytest.mark.parametrize("log", [MAPPED, {"format": "cloudtrail"}], ids=["mapped", "cloudtrail"])
def test_failed_attempts_stop_nothing_and_a_deleted_trail_is_stopped_for_good(
    tmp_path: Path, log: dict[str, Any]
) -> None:
    _, tables = scope(tmp_path, "2023-07-10T11:42:18Z/2023-07-10T12:37:51Z", {"path": str(INVICTUS), **log})
    stretches = [(f"{row['from_at']:%H:%M:%S}", row["status"], row["is_gap"]) for row in tables["coverage"]]
    assert stretches == [("11:42:18", "no_data_events", False), ("12:08:04", "stopped", True)]
    assert {"coverage_contradicted", "log_gap", "log_scope_changed"} <= kinds(tables)
    assert {(row["grade"], row["grade_reason"]) for row in tables["exposed_records"]} == {("possible", "log_gap")}


@pytest.mark.parametrize(
    ("name", "status", "question"),
    [
        ("stop", "stopped", "coverage_contradicted"),
        ("delete", "stopped", "coverage_contradicted"),
        ("event-selectors", "no_data_events", "log_scope_changed"),
    ],
)
def test_one_line_against_the_trail_is_enough(tmp_path: Path, name: str, status: str, question: str) -> None:
    path = Path(str(STRATUS).format(name))
    event = json.loads(path.read_text())[0]
    day = event["eventTime"][:10]
    summary, tables = scope(tmp_path, f"{day}/{day}", {"path": str(path), "format": "cloudtrail"})
    assert tables["coverage"][-1]["status"] == status
    assert question in kinds(tables)
    assert summary["verdict"] == "undetermined"
