"""A finished run's folder: where it lies, which tables are in it, what its manifest says.

This room knows names and files and must not know what any table means.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, UsageError

MANIFEST = "manifest.json"
TIMINGS = "timings.json"
REPORT = "report.html"


def find_run(out: Path, name: str | None = None) -> Path:
    """Return the folder of the run called `name` under `out`, or of the latest run; `name` may be a folder itself.

    Raises UsageError if there is none.
    """
    runs = {path.name: path for path in (out / "runs").glob("*") if path.is_dir()} if (out / "runs").is_dir() else {}
    if name is not None and name != "latest":
        if name in runs:
            return runs[name]
        if (Path(name) / MANIFEST).is_file():
            return Path(name).resolve()
        known = ", ".join(sorted(runs)) or "none"
        raise UsageError("no such run", where=f"--run {name}", remedy=f"runs under {out}: {known}")
    latest = out / "latest"
    if not latest.is_dir():
        raise UsageError("no run here yet", where=str(out), remedy="scope run first, or name its --out folder")
    return latest.resolve()


def list_tables(folder: Path) -> dict[str, list[Path]]:
    """Return the run's tables: name → its Parquet files, one for each brand where the table is a folder."""
    single = {path.stem: [path] for path in sorted(folder.glob("*.parquet"))}
    parted = {part.name: sorted(part.glob("*.parquet")) for part in sorted(folder.iterdir()) if part.is_dir()}
    return {name: paths for name, paths in sorted({**single, **parted}.items()) if paths}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the run's manifest; raises InputError if there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict):
        raise InputError(
            "the manifest cannot be read",
            where=f"{folder.name}/{MANIFEST}",
            remedy="the run was damaged or is none: restore it from a copy, or run again",
        )
    return manifest


def refuse_torn(folder: Path) -> None:
    """Raise InputError if a published file of the run is missing or has another size than was sealed.

    So that no answer is given from part of a run. Whether each byte is as it was, `scope verify` says.
    """
    if not (folder / MANIFEST).is_file():
        return  # not published yet
    outputs = read_manifest(folder).get("outputs", [])
    torn = [item["file"] for item in outputs if not _is_whole(folder / item["file"], item["byte_count"])]
    if torn:
        more = f", and {len(torn) - 1} more" if len(torn) > 1 else ""
        raise InputError(
            f"is missing or not as long as it was{more}: an answer would be of part of the run",
            where=f"{folder.name}/{torn[0]}",
            remedy="scope verify names all that differs; restore the run from a copy, or run again",
        )


def _is_whole(path: Path, byte_count: int) -> bool:
    return path.is_file() and path.stat().st_size == byte_count


def read_step_seconds(folder: Path) -> dict[str, float]:
    """Return how long each table of the SQL catalogue took to build in that run, in seconds.

    Raises InputError if that was not kept.
    """
    try:
        steps = json.loads((folder / TIMINGS).read_bytes())["steps"]
        return {str(name): float(seconds) for name, seconds in steps.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "there are no timings of this run's steps",
            where=f"{folder.name}/{TIMINGS}",
            remedy="run again; runs of earlier versions kept none",
        ) from None
