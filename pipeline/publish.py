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
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pipeline.chain import CHAIN, NAME_DIGITS, Registry, appended
from pipeline.errors import MemoryShortage, PublishingError, ScopeError
from pipeline.manifest import hash_file, write_manifest
from pipeline.run_folder import MANIFEST, TIMINGS

# One order per table, to the last by a unique key: for fast lookup by person, and the same bytes every time.
ORDERS = {
    "exposure_fields": "person_id, brand, controller, field",
    "exposed_records": "person_id, dataset, record_key, subject, brand, controller",
    "evidence": "evidence_id, event_id nulls last, first_exposed_at, last_exposed_at, grade_reason, delivered_columns",
    "people": "person_id",
    "accesses": "occurred_at, event_id",
    "unresolved": "occurred_at, event_id, log, file, line, dataset nulls last, record_key nulls last, reason",
    "coverage": "log, from_at, until_at, status",
    "rejects": "source_kind, source, file, line nulls last, reason",
    "open_questions": "people_count desc nulls last, item_count desc, question_id",
    "links": "person_id, dataset, record_key, subject, link_basis, is_blocked",
    "identity_changes": "person_id, previous_person_id",
    "identity_conflicts": "person_id, other_person_id, link_basis",
    "funnel": "case stage when 'lines' then 1 when 'events' then 2 when 'reading' then 3"
    " when 'records' then 4 else 5 end, outcome",
}
# Owner first, so that one brand × controller lies in one stretch of the copy that its file is written from.
PARTITIONED = {"exposures": "person_id", "contacts": "person_id, kind, contact_id"}
OWNERS = "select brand, controller from exposures union select brand, controller from contacts"


class Engine(Protocol):
    """What publishing asks of an engine."""

    def build(self, name: str, sql: str) -> None:
        """Build table `name` from one select statement."""

    def drop(self, names: Sequence[str]) -> None:
        """Forget tables."""

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write the rows of one ordered select to one Parquet file, the same bytes for the same rows."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""


@contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """Make a private folder under `out` for one run's unfinished work, and remove it at the end whatever happens.

    What runs that were killed left behind is removed first: a running one holds a lock on its folder.
    Raises PublishingError if `out` cannot be written.
    """
    with _refusals(out):
        _open_output(out)
        _remove_leftovers(out)
        folder, lock = _make_working_folder(out)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def stage_table(engine: Engine, table: str, sql: str, folder: Path) -> Path:
    """Write one published table from the select that makes it to `folder`, in its order; return the file.

    Raises PublishingError if it cannot be written.
    """
    path = folder / f"{table}.parquet"
    with _refusals(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            engine.save(_ordered(sql, ORDERS[table]), path)
        except MemoryShortage:
            # Made first, in slices if need be, and put in order then.
            engine.build(table, sql)
            engine.save(_ordered(f"select * from {table}", ORDERS[table]), path)  # noqa: S608
            engine.drop([table])
    return path


def build_owned(engine: Engine, table: str, sql: str) -> None:
    """Build a published table that lies in one file per brand × controller, each of them in one stretch of it."""
    engine.build(table, _ordered(sql, f"brand, controller, {PARTITIONED[table]}"))


def stage_owned(engine: Engine, folder: Path) -> None:
    """Write exposures and contacts from `engine`'s tables to `folder`, one file per brand × controller.

    Raises PublishingError if a file cannot be written.
    """
    with _refusals(folder):
        owners = _name_owners(engine)
        for table, order in PARTITIONED.items():
            (folder / table).mkdir(mode=0o700, parents=True, exist_ok=True)
            _stage_by_owner(engine, table, order, owners, folder / table)


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
    name = f"{_slug(str(manifest['incident']['incident_id'])) or 'incident'}-{seal[:NAME_DIGITS]}"
    with _refusals(out):
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


def name_owner(brand: str | None, controller: str | None) -> str:
    """Return the file name of one brand × controller: what can be read of the brand, and a hash of both names."""
    text = f"{brand or ''}\0{controller or ''}"
    return f"{_slug(brand or '') or 'brand'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def _name_owners(engine: Engine) -> dict[str, tuple[str | None, str | None]]:
    """Name the file of each brand × controller; two that would share a name get one each."""
    rows = engine.rows(f"select brand, controller from ({OWNERS}) as owners")  # noqa: S608
    owners: dict[str, tuple[str | None, str | None]] = {}
    for brand, controller in sorted(rows, key=lambda row: tuple((name is not None, name or "") for name in row)):
        name = name_owner(brand, controller)
        owners[f"{name}-{len(owners)}" if name in owners else name] = (brand, controller)
    return owners


def _stage_by_owner(
    engine: Engine, table: str, order: str, owners: Mapping[str, tuple[str | None, str | None]], folder: Path
) -> None:
    if not owners:
        engine.save(f"select * from {table} order by {order}", folder / "none.parquet")  # noqa: S608
        return
    for name, owner in owners.items():
        columns = zip(("brand", "controller"), owner, strict=True)
        owned = " and ".join(f"{column} is null" if text is None else f"{column} = ?" for column, text in columns)
        engine.save(
            f"select * from {table} where {owned} order by {order}",  # noqa: S608
            folder / f"{name}.parquet",
            [text for text in owner if text is not None],
        )


def _ordered(sql: str, order: str) -> str:
    return f"select * from (\n{sql}\n) as published order by {order}"  # noqa: S608


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


REMEDIES = {
    errno.ENOSPC: ("the disk is full", "free some space, or name an output folder on another disk, and run again"),
    errno.EROFS: ("the disk can only be read", "name an output folder that you can write to"),
    errno.EACCES: ("permission denied", "name an output folder that you own and can write to"),
    errno.EXDEV: ("the tables lie on another disk than the output folder", "let both lie on one disk"),
    errno.ENOTDIR: ("part of the path is a file", "name an output folder that is or can be made"),
    errno.ENAMETOOLONG: ("the path is too long", "name an output folder with a shorter path"),
}
ALIKE = {errno.EDQUOT: errno.ENOSPC, errno.EFBIG: errno.ENOSPC, errno.EPERM: errno.EACCES, errno.EEXIST: errno.ENOTDIR}


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one sentence with a remedy."""
    try:
        yield
    except ScopeError:
        raise
    except OSError as error:
        number = error.errno or 0
        what, remedy = REMEDIES.get(ALIKE.get(number, number), (os.strerror(number), "correct this and run again"))
        raise PublishingError(f"the tables cannot be published: {what}", where=str(folder), remedy=remedy) from error
