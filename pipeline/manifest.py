"""The manifest: what went into a run, with which rules, what came out, and what was checked, all by hash.

Deterministic: the same inputs give the same bytes. So no time of day, no absolute path, no user or host, and no value
of anybody. This room reads bytes to hash them and knows nothing of what they say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from pipeline import __version__
from pipeline.paths import find_code, find_expectations, find_sql
from pipeline.window import Window

if TYPE_CHECKING:
    from pipeline.incident_file import IncidentSource

FORMAT_VERSION = 2
BLOCK = 1 << 20
SOURCES = """
select source_kind, source, file, line_count, reject_count from landed_sources order by source_kind, source, file
"""
PERSON_KEY = "select person_key from landed_incident"
FUNNEL = "select stage, outcome, item_count from funnel order by stage, outcome"


class Engine(Protocol):
    """What the manifest asks of an engine."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""


class Check(Protocol):
    """What the manifest says of one expectation; `pipeline.checks.CheckResult` is one."""

    @property
    def table(self) -> str:
        """The table checked."""

    @property
    def expectation(self) -> str:
        """The expectation's name in the table's suite."""

    @property
    def severity(self) -> str:
        """'critical' or 'warning'."""

    @property
    def is_success(self) -> bool:
        """Whether it holds."""

    @property
    def failing_count(self) -> int:
        """How many rows fail."""


def build_manifest(
    source: IncidentSource,
    window: Window,
    engine: Engine,
    summary: Mapping[str, Any],
    staged: Path,
    checks: Iterable[Check],
    finish: Callable[[Mapping[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Return the manifest of a run whose tables lie in `staged`.

    `finish` may write one more file there, from all that the manifest says but the outputs.

    The engine is asked for landed_sources, landed_incident and funnel, the summary for the incident and the verdict.
    Input files are read again to be hashed, in blocks of 1 MiB. Raises OSError if a file cannot be read.
    """
    manifest = {
        "format_version": FORMAT_VERSION,
        "incident": {
            "incident_id": summary["incident_id"],
            "title": summary["title"],
            "window_start_at": _written(window.start),
            "window_end_at": _written(window.end),
        },
        "code_version": __version__,
        "verdict": summary["verdict"],
        "incident_file": {"file": source.path.name, "sha256": hash_file(source.path)},
        "person_key_sha256": hash_person_key(engine.rows(PERSON_KEY)[0][0]),
        **hash_own_text(),
        "inputs": [_input(source.folder, *row) for row in engine.rows(SOURCES)],
        "counts": [dict(zip(("stage", "outcome", "item_count"), row, strict=True)) for row in engine.rows(FUNNEL)],
        "checks": [_check(check) for check in sorted(checks, key=lambda check: (check.table, check.expectation))],
    }
    if finish:
        finish(manifest)
    files = sorted(path for path in staged.rglob("*") if path.is_file())
    return manifest | {"outputs": [_output(staged, path) for path in files]}


def write_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as the bytes that are published: JSON in ASCII, one order, ending with a newline."""
    return (json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=True) + "\n").encode("ascii")


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks, as hexadecimal text."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def hash_person_key(person_key: str) -> str:
    """Return a fingerprint that tells one person key from another and gives neither away: keys are 256 random bits."""
    return hashlib.sha256(f"person key\0{person_key}".encode()).hexdigest()


def hash_own_text() -> dict[str, dict[str, str]]:
    """Return the SHA-256 of each file that decides what a run says: the program, its SQL and its expectations."""
    return {
        "code": hash_files(find_code(), ("**/*.py", "**/*.csv", "**/*.css", "**/*.toml", "**/*.txt")),
        "sql": hash_files(find_sql(), ("*/*.sql",)),
        "expectations": hash_files(find_expectations(), ("**/*.json", "**/*.sql")),
    }


def hash_files(folder: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Return file → SHA-256 for the files under `folder` that match a pattern, named as they lie there."""
    found = {path.relative_to(folder).as_posix(): path for pattern in patterns for path in folder.glob(pattern)}
    return {name: hash_file(path) for name, path in sorted(found.items())}


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _input(
    folder: Path, source_kind: str, source: str, file: str, line_count: int, reject_count: int
) -> dict[str, Any]:
    # A file named by an absolute path would tell whose machine this was.
    name = PurePosixPath(file).name if PurePosixPath(file).is_absolute() else file
    return {
        "source_kind": source_kind,
        "source": source,
        "file": name,
        "byte_count": (folder / file).stat().st_size,
        "sha256": hash_file(folder / file),
        "line_count": line_count,
        "reject_count": reject_count,
    }


def _output(staged: Path, path: Path) -> dict[str, Any]:
    from pyarrow.parquet import read_metadata

    return {
        "file": path.relative_to(staged).as_posix(),
        "row_count": int(read_metadata(path).num_rows) if path.suffix == ".parquet" else None,
        "byte_count": path.stat().st_size,
        "sha256": hash_file(path),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "table": check.table,
        "expectation": check.expectation,
        "severity": check.severity,
        "is_success": check.is_success,
        "failing_count": check.failing_count,
    }
