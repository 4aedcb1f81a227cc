"""Killed, full, forbidden, in the way: nothing half-published, the earlier run intact, one sentence with a remedy."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pipeline import publish as publishing
from pipeline.errors import PublishingError
from pipeline.publish import working_folder
from tests.publish.runs import publish_sound_run

ROOT = Path(__file__).parents[2]

# Where the process dies, and what is left: whether the new run is in place, and whether `latest` leads to it.
DEATHS = {
    "while staging": "DuckDB.save = dying_save",
    "while sealing": "publishing._flush = die",
    "before the move": "os.rename = die",
    "after the move": "os.replace = die",
}
SCRIPT = """
import os, signal, sys
from pathlib import Path
from pipeline import publish as publishing
from pipeline.engines.on_duckdb import DuckDB
from tests.publish.runs import publish_sound_run

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying_save(self, sql, path, parameters=(), save=DuckDB.save):
    die() if path.parent.name == 'contacts' else save(self, sql, path, parameters)

{death}
publish_sound_run(Path(sys.argv[1]), Path(sys.argv[2]), "delete from rejects")
"""


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("moment", DEATHS)
def test_kill_leaves_the_earlier_run_and_the_next_run_cleans_up(tmp_path: Path, moment: str) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    before = _contents(first)
    script = SCRIPT.replace("{death}", DEATHS[moment])
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(out)], cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert _contents(first) == before
    assert (out / "latest").resolve() == first.resolve()
    assert list(out.glob(".work-*"))
    for run in (out / "runs").iterdir():
        assert {"manifest.json", "people.parquet", "exposures", "contacts"} <= {path.name for path in run.iterdir()}

    second = publish_sound_run(tmp_path, out, "delete from rejects")
    assert sorted(path.name for path in out.iterdir()) == ["chain.jsonl", "latest", "runs"]
    assert (out / "latest").resolve() == second.resolve()
    assert _contents(first) == before


def test_folder_of_a_living_run_is_left_alone(tmp_path: Path) -> None:
    with working_folder(tmp_path / "out") as first:
        (first / "half.parquet").touch()
        with working_folder(tmp_path / "out") as second:
            assert first != second
            assert (first / "half.parquet").exists()
        assert not second.exists()
    assert not first.exists()


def test_working_folder_is_private_and_goes_whatever_happens(tmp_path: Path) -> None:
    def work() -> None:
        with working_folder(tmp_path / "out") as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
            assert folder.parent == tmp_path / "out"
            (folder / "deep").mkdir()
            (folder / "deep" / "file").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "runs"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "the disk can only be read"),
        (errno.EACCES, "permission denied"),
        (errno.EXDEV, "another disk"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["rename", "replace", "fsync", "symlink"])
def test_refusal_at_any_call_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, call: str
) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    before = _contents(first)

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), "secret@canary.example")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        with pytest.raises(PublishingError, match=words) as caught:
            publish_sound_run(tmp_path, out, "delete from rejects")
    assert caught.value.remedy
    assert "canary" not in str(caught.value)
    assert sorted(path.name for path in out.iterdir()) == ["chain.jsonl", "latest", "runs"]
    assert list((out / "runs").iterdir()) == [first]
    assert (out / "latest").resolve() == first.resolve()
    assert _contents(first) == before


def test_file_size_limit_is_a_full_disk(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish_sound_run(tmp_path, out)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    real_write = publishing._write

    def write(*arguments: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            real_write(*arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_write", write)
        with pytest.raises(PublishingError, match="the disk is full"):
            publish_sound_run(tmp_path, out, "delete from rejects")
    assert list((out / "runs").iterdir()) == [first]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, where the machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_full_disk_publishes_nothing_and_room_again_publishes(small_disk: Path, tmp_path: Path) -> None:
    out = small_disk / "out"
    out.mkdir()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(PublishingError) as caught:
        publish_sound_run(tmp_path, out)
    assert "Traceback" not in str(caught.value)
    assert not (out / "latest").is_symlink()
    assert not list(out.glob(".work-*"))
    filler.unlink()
    assert publish_sound_run(tmp_path, out).is_dir()


def test_read_only_disk_is_refused(small_disk: Path, tmp_path: Path) -> None:
    first = publish_sound_run(tmp_path, small_disk / "out")
    before = _contents(first)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for out in (small_disk / "out", small_disk / "new"):
        with pytest.raises(PublishingError, match="the disk can only be read"):
            publish_sound_run(tmp_path, out)
    assert _contents(first) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(PublishingError, match="permission denied"):
        publish_sound_run(tmp_path, tmp_path / "out")


def _out_is_a_file(out: Path) -> None:
    out.write_text("mine")


def _out_lies_under_a_file(out: Path) -> None:
    out.parent.rmdir()
    out.parent.write_text("mine")


def _out_is_a_link(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to("elsewhere")


def _out_is_a_broken_link(out: Path) -> None:
    out.symlink_to("nowhere")


def _runs_is_a_file(out: Path) -> None:
    out.mkdir()
    (out / "runs").write_text("mine")


def _runs_is_a_link(out: Path) -> None:
    out.mkdir()
    (out / "runs").symlink_to("/tmp")


def _latest_is_a_folder(out: Path) -> None:
    (out / "latest").mkdir(parents=True)


@pytest.mark.parametrize(
    "obstacle",
    [
        _out_is_a_file,
        _out_lies_under_a_file,
        _out_is_a_link,
        _out_is_a_broken_link,
        _runs_is_a_file,
        _runs_is_a_link,
        _latest_is_a_folder,
    ],
)
def test_something_in_the_way_is_named_and_left_alone(tmp_path: Path, obstacle: Any) -> None:
    place = tmp_path / "place"
    place.mkdir()
    obstacle(place / "out")
    before = sorted(place.rglob("*")) if place.is_dir() else place.read_text()
    with pytest.raises(PublishingError) as caught, working_folder(place / "out"):
        pass
    assert caught.value.exit_code == 6
    assert caught.value.remedy
    assert (sorted(place.rglob("*")) if place.is_dir() else place.read_text()) == before


def test_latest_made_a_folder_meanwhile_takes_the_run_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    real_move = publishing._move

    def move(*arguments: Any) -> bool:
        (out / "latest").mkdir()
        return real_move(*arguments)

    monkeypatch.setattr(publishing, "_move", move)
    with pytest.raises(PublishingError):
        publish_sound_run(tmp_path, out)
    assert list((out / "runs").iterdir()) == []
