"""How a run comes into place: whole, under its content's name, for its owner's eyes."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import PublishingError
from pipeline.publish import publish, working_folder
from tests.publish.runs import make_manifest, open_sound_run, publish_sound_run, stage_tables


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_run_lies_under_its_name_and_latest_leads_to_it(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    run = publish_sound_run(tmp_path, out)
    assert run.parent == out / "runs"
    assert run.name.startswith("inc-1-")
    assert len(run.name) == len("inc-1-") + 12
    assert os.readlink(out / "latest") == f"runs/{run.name}"
    assert (out / "latest" / "manifest.json").is_file()
    assert sorted(path.name for path in out.iterdir()) == ["chain.jsonl", "latest", "runs"]


def test_everything_is_its_owners_alone(tmp_path: Path) -> None:
    os.umask(0o022)
    run = publish_sound_run(tmp_path, tmp_path / "out")
    for path in (run, *run.rglob("*"), run.parent, run.parents[1]):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_same_inputs_same_bytes_same_name(tmp_path: Path) -> None:
    first = publish_sound_run(tmp_path, tmp_path / "one", threads=1)
    second = publish_sound_run(tmp_path, tmp_path / "two", threads=2)
    assert first.name == second.name
    assert _contents(first) == _contents(second)


def test_other_rows_other_name_and_the_earlier_run_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    before = _contents(first)
    second = publish_sound_run(tmp_path, out, "delete from rejects")
    assert first.name != second.name
    assert _contents(first) == before
    assert (out / "latest").resolve() == second.resolve()


def test_identical_run_is_verified_and_reused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    (first / "timings.json").write_text("other")
    inode = first.stat().st_ino
    publish_sound_run(tmp_path, out, "delete from rejects")
    assert publish_sound_run(tmp_path, out) == first
    assert first.stat().st_ino == inode
    assert (out / "latest").resolve() == first.resolve()


@pytest.mark.parametrize("how", ["changed", "removed", "added"])
def test_run_changed_since_is_not_reused(tmp_path: Path, how: str) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    victim = first / ("people.parquet" if how != "added" else "notes.txt")
    victim.unlink() if how == "removed" else victim.write_bytes(b"changed")
    with pytest.raises(PublishingError, match="have been changed since"):
        publish_sound_run(tmp_path, out)
    assert sorted(path.name for path in out.iterdir()) == ["chain.jsonl", "latest", "runs"]


def test_file_that_the_manifest_does_not_list_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with working_folder(out) as work:
        with open_sound_run(work / "engine") as engine:
            stage_tables(engine, work / "staged")
            manifest = make_manifest(engine, work / "staged", tmp_path / "inputs")
        (work / "staged" / "stray.txt").write_text("stray")
        with pytest.raises(PublishingError, match="not those of the manifest"):
            publish(work / "staged", out, manifest)
        (work / "staged" / "stray.txt").unlink()
        assert not (publish(work / "staged", out, manifest) / "timings.json").exists()


@pytest.mark.parametrize("incident_id", ["../../etc/passwd", "", "名前", "-rf /", "a\0b", "x" * 999])
def test_hostile_incident_id_is_a_name_and_not_a_path(tmp_path: Path, incident_id: str) -> None:
    run = publish_sound_run(tmp_path, tmp_path / "out", incident_id=incident_id)
    assert run.parent == tmp_path / "out" / "runs"
    assert not run.name.startswith(("-", "."))
    assert len(run.name) <= 53


def test_manifest_says_what_went_in_and_out_and_no_more(tmp_path: Path) -> None:
    run = publish_sound_run(tmp_path, tmp_path / "out")
    text = (run / "manifest.json").read_text()
    manifest = json.loads(text)
    assert {item["file"] for item in manifest["outputs"]} == set(_contents(run)) - {"manifest.json", "timings.json"}
    assert [(item["source"], item["file"], item["line_count"]) for item in manifest["inputs"]] == [
        ("crm", "crm.csv", 3),
        ("list", "list.csv", 2),
        ("web", "web.csv", 6),
    ]
    assert manifest["incident"]["window_start_at"] == "2026-03-01T00:00:00Z"
    assert {"stage": "people", "outcome": "exposed", "item_count": 3} in manifest["counts"]
    assert manifest["checks"][0]["expectation"] == "one_row_per_person"
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text
    assert "example.org" not in text
