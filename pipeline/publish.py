"""Tables into their place: written aside, sealed by their content's name, moved whole, and pointed to by `latest`.

This room knows files, names and permissions. It must not know what a row means, and never puts a brand's text into a
path or a statement: brands are hostile input.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.chain import CHAIN, NAME_DIGITS, Registry, appended
from pipeline.errors import PublishingError
from pipeline.manifest import hash_file, write_manifest
from pipeline.run_folder import MANIFEST, TIMINGS
from pipeline.table_files import refusals, slug


@contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """Make a private folder under `out` for one run's unfinished work, and remove it at the end whatever happens.

    What runs that were killed left behind is removed first: a running one holds a lock on its folder.
    Raises PublishingError if `out` cannot be written.
    """
    with refusals(out):
        _open_output(out)
        _remove_leftovers(out)
        folder, lock = _make_working_folder(out)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def publish(
    staged: Path,
    out: Path,
    manifest: Mapping[str, Any],
    timings: Mapping[str, Mapping[str, float]] | None = None,
    registry: Registry | None = None,
) -> Path:
    """Seal `staged` with `manifest`, move it whole to `out/runs/<incident>-<hash>`, and point `out/latest` to it.

    The name is derived from the manifest, and so from the hash of every file. A run of that name that is already there
    is verified and reused. The run becomes the next link of `out`'s chain, with the `registry` it leaves. Files are
    made readable by their owner only and written through to the disk before anything is moved. `timings` (seconds by
    stage and by step) lie beside the sealed files and are no part of the name.
    Raises PublishingError, with nothing published and earlier runs untouched.
    """
    sealed = write_manifest(manifest)
    seal = hashlib.sha256(sealed).hexdigest()
    name = f"{slug(str(manifest['incident']['incident_id'])) or 'incident'}-{seal[:NAME_DIGITS]}"
    with refusals(out):
        runs = _open_output(out)
        _check_files(staged, manifest)
        _write(staged / MANIFEST, sealed)
        if timings is not None:
            _write(staged / TIMINGS, (json.dumps(timings, indent=2) + "\n").encode())
        _close_to_others(staged)
        target = runs / name
        pointer = out / f".latest-{os.getpid()}-{secrets.token_hex(4)}"
        pointer.symlink_to(Path("runs") / name)
        try:
            is_moved = _move(staged, target, manifest)
            with _taken_back(staged, target, is_moved), appended(out, name, seal, registry):
                os.replace(pointer, out / "latest")
            _flush(out)
        finally:
            pointer.unlink(missing_ok=True)
    return target


def _open_output(out: Path) -> Path:
    """Return `out/runs`, made if need be; refuse anything that is not what publishing left there itself."""
    if out.is_symlink():
        raise PublishingError(
            "the output folder is a symbolic link", where=str(out), remedy="name the folder it leads to"
        )
    if out.exists() and not out.is_dir():
        raise PublishingError("the output folder is a file", where=str(out), remedy="name a folder, or move the file")
    runs, latest = out / "runs", out / "latest"
    if runs.is_symlink() or (runs.exists() and not runs.is_dir()) or (latest.exists() and not latest.is_symlink()):
        raise PublishingError(
            "the output folder holds a `runs` or `latest` that this tool did not make",
            where=str(out),
            remedy="move it away, or name another output folder",
        )
    if not out.exists():
        out.mkdir(mode=0o700, parents=True)
    runs.mkdir(mode=0o700, exist_ok=True)
    return runs


def _make_working_folder(out: Path) -> tuple[Path, int]:
    while True:
        folder = out / f".work-{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
        # Another run that cleans up may take the folder before it is locked.
        with suppress(FileNotFoundError):
            lock = _lock(folder)
            if lock is not None and folder.exists():
                return folder, lock
            if lock is not None:
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """Return an open, locked handle on the folder, or None if another process holds it; a dead one holds nothing."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _remove_leftovers(out: Path) -> None:
    for folder in out.glob(".work-*"):
        with suppress(OSError):
            lock = _lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
    for unfinished in (*out.glob(".latest-*"), *out.glob(f".{CHAIN}-*")):
        is_ours = unfinished.is_symlink() == unfinished.name.startswith(".latest-")
        if is_ours and not _is_running(unfinished.name.split("-")[1]):
            unfinished.unlink(missing_ok=True)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _check_files(staged: Path, manifest: Mapping[str, Any]) -> None:
    if _files(staged) - {MANIFEST, TIMINGS} != {item["file"] for item in manifest["outputs"]}:
        raise PublishingError(
            "the files to publish are not those of the manifest", where=str(staged), remedy="run again"
        )


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _close_to_others(staged: Path) -> None:
    """Let only the owner read any of it, and have it on the disk before it is moved."""
    for path in (*staged.rglob("*"), staged):
        path.chmod(0o700 if path.is_dir() else 0o600)
        _flush(path)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move(staged: Path, target: Path, manifest: Mapping[str, Any]) -> bool:
    """Move the run into place; False if the very same run is there already."""
    if not target.exists():
        try:
            os.rename(staged, target)
        except OSError as error:
            # Another run of the same inputs may have come first.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        else:
            _flush(target.parent)
            return True
    _verify(target, manifest)
    return False


def _verify(target: Path, manifest: Mapping[str, Any]) -> None:
    expected = {item["file"]: item["sha256"] for item in manifest["outputs"]}
    expected[MANIFEST] = hashlib.sha256(write_manifest(manifest)).hexdigest()
    if _files(target) - {TIMINGS} != expected.keys() or any(
        hash_file(target / file) != sha256 for file, sha256 in expected.items()
    ):
        raise PublishingError(
            "this run was published before and its files have been changed since",
            where=str(target),
            remedy="find out who changed them, move the folder away, and run again",
        )


@contextmanager
def _taken_back(staged: Path, target: Path, is_moved: bool) -> Iterator[None]:
    """Move the run out of its place again if what happens inside fails."""
    try:
        yield
    except OSError:
        if is_moved:
            os.rename(target, staged)
        raise
