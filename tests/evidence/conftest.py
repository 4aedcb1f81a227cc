"""The sample incident, scoped once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.run import run_incident

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the sample incident."""
    out = tmp_path_factory.mktemp("evidence") / "out"
    return run_incident(SAMPLE / "incident.yaml", None, out, check_expectations=False).folder
