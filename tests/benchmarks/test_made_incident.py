"""What a made incident says is true is what the pipeline finds, and the peers agree with one another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.run import run_incident

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))


@pytest.mark.parametrize(
    ("workload", "log"),
    [("lookups", "parquet"), ("lookups", "combined"), ("lists", "jsonl"), ("everyone", "parquet")],
    ids="-".join,
)
def test_the_truth_is_found(workload: str, log: str, tmp_path: Path) -> None:
    from make_incident import write_incident
    from measure import told_by

    write_incident(2_000, tmp_path, workload, log)
    found = run_incident(tmp_path / "incident.yaml", None, tmp_path / "out", check_expectations=False)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert told_by(found.folder) == truth
    assert truth["crm_records"] > 400


def test_peers_agree(tmp_path: Path) -> None:
    from make_incident import write_incident

    write_incident(2_000, tmp_path)
    answers = []
    for peer in ("duckdb", "polars"):
        output = tmp_path / f"{peer}.parquet"
        subprocess.run(
            [sys.executable, str(BENCHMARKS / "peers" / f"on_{peer}.py"), str(tmp_path), str(output)], check=True
        )
        answers.append(
            duckdb.sql(f"select person, brand, cast(fields as bigint) from '{output}' order by all").fetchall()
        )
    assert answers[0] == answers[1]
    assert len(answers[0]) > 400
