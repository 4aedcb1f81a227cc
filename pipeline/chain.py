"""The chain of published runs: one line each, and every line holds the hash of the one before.

Who changes, drops or inserts a run afterwards breaks it (`scope verify` says where). It lies beside the runs and not in
their manifests, so that the same inputs give the same bytes whatever was published before. No time of day and nobody's
name is in it. This room knows lines and hashes and nothing of what a run holds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHAIN = "chain.jsonl"
NAME_DIGITS = 12
KEYS = {"number", "run", "manifest_sha256", "previous_sha256"}
# Links of versions before registries were sealed lack these. A line's own hash tells a changed last line, which no
# later line seals, from a changed registry.
REGISTRY_KEYS = {"registry", "registry_sha256", "own_sha256"}
ASIDE = {"number", "previous_sha256", "own_sha256"}


@dataclass(frozen=True)
class Link:
    """One published run: its place in the chain, its name, the hash of its manifest; the registry of people it left."""

    number: int
    run: str
    manifest_sha256: str
    registry: str | None = None
    registry_sha256: str | None = None


@dataclass(frozen=True)
class Registry:
    """A registry of people as a run leaves it: its path within the output folder, and its hash."""

    name: str
    sha256: str


@contextmanager
def appended(out: Path, run: str, manifest_sha256: str, registry: Registry | None = None) -> Iterator[None]:
    """Add a run to the chain in `out` for what happens inside; take it off again if that fails.

    A run that is the last link already, and leaves the same registry, is not added again. One process at a time: others
    wait. Raises OSError if the chain cannot be written; then it is as before.
    """
    with _alone(out / "runs"):
        path = out / CHAIN
        before = path.read_bytes() if path.exists() else b""
        after = _extend(before, _named(run, manifest_sha256, registry))
        if after != before:
            _replace(path, after)
        try:
            yield
        except BaseException:
            if after != before:
                _restore(path, before)
            raise


def read_chain(out: Path) -> tuple[list[Link], list[str]]:
    """Return the chain's links, and what is wrong with it as sentences; both empty where there is no chain."""
    path = out / CHAIN
    lines = path.read_bytes().split(b"\n") if path.is_file() else [b""]
    links: list[Link] = []
    problems = [] if lines[-1] == b"" else [f"line {len(lines)}: does not end as a line does"]
    previous: str | None = None
    for number, line in enumerate(lines[:-1], start=1):
        link = _read(line)
        if link is None or line != _write(number, link, link["previous_sha256"]):
            problems.append(f"line {number}: is not as it was written")
        elif link["previous_sha256"] != previous:
            problems.append(f"line {number}: does not follow from the line before, which was changed, dropped or added")
        elif not link["run"].endswith(f"-{link['manifest_sha256'][:NAME_DIGITS]}"):
            problems.append(f"line {number}: the run's name is not its manifest's")
        else:
            left = (link.get("registry"), link.get("registry_sha256"))
            links.append(Link(number, link["run"], link["manifest_sha256"], *left))
        previous = hashlib.sha256(line).hexdigest()
    return links, problems


def _named(run: str, manifest_sha256: str, registry: Registry | None) -> dict[str, Any]:
    told = {"registry": registry.name, "registry_sha256": registry.sha256} if registry else {}
    return {"run": run, "manifest_sha256": manifest_sha256, **told}


def _extend(before: bytes, named: dict[str, Any]) -> bytes:
    lines = before.splitlines()
    last = _read(lines[-1]) if lines else None
    if last is not None and {name: last[name] for name in last.keys() - ASIDE} == named:
        return before
    previous = hashlib.sha256(lines[-1]).hexdigest() if lines else None
    whole = before if before.endswith(b"\n") or not before else before + b"\n"
    return whole + _write(len(lines) + 1, named, previous) + b"\n"


def _write(number: int, named: dict[str, Any], previous_sha256: str | None) -> bytes:
    link = {name: named[name] for name in named.keys() - ASIDE}
    link |= {"number": number, "previous_sha256": previous_sha256}
    if "registry" in link:
        link["own_sha256"] = hashlib.sha256(json.dumps(link, sort_keys=True).encode("ascii")).hexdigest()
    return json.dumps(link, sort_keys=True).encode("ascii")


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        link = json.loads(line)
    except ValueError:
        return None
    if not isinstance(link, dict) or link.keys() not in (KEYS, KEYS | REGISTRY_KEYS):
        return None
    return link if all(isinstance(link[name], str) for name in link.keys() - ASIDE) else None


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _restore(path: Path, before: bytes) -> None:
    """Cut the chain back; in place, because what just failed may be the replacing of files."""
    if before:
        with path.open("r+b") as file:
            file.truncate(len(before))
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
