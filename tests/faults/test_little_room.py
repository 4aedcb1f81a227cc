"""A disk that may not hold the run: told at once, refused never."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.room import MOST_PER_LANDED, warn_of_little_room

SAMPLE = Path(__file__).parents[2] / "sample_data" / "incident.yaml"
Usage = namedtuple("Usage", "total used free")


def _leave(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, free))


def test_little_room_is_told_with_what_is_wanted_and_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave(12_345_000_000, monkeypatch)
    told: list[str] = []
    warn_of_little_room(tmp_path, 14_000_000_000, told.append)
    assert len(told) == 1
    wanted = f"{14 * MOST_PER_LANDED}.0 GB more of the disk"
    assert told[0].startswith(f"{tmp_path}: this run may want {wanted}, and 12.3 GB are free")


@pytest.mark.parametrize(("free", "count"), [(MOST_PER_LANDED * 100, 0), (MOST_PER_LANDED * 100 - 1, 1)])
def test_room_enough_is_not_told(free: int, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _leave(free, monkeypatch)
    told: list[str] = []
    warn_of_little_room(tmp_path, 100, told.append)
    assert len(told) == count


def test_a_run_says_it_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _leave(0, monkeypatch)
    done = CliRunner().invoke(app, ["run", "--quiet", "--incident", str(SAMPLE), "--out", str(tmp_path / "out")])
    assert done.stderr.startswith(f"scope: {tmp_path / 'out'}: this run may want ")
    assert (tmp_path / "out" / "latest" / "people.parquet").is_file()
