"""Does a finished run still hold: everything its manifest seals, hashed again and compared, and its place in the chain.

Knows hashes, names and the order of checks; must not know what any table or input means. Nothing is repaired and
nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.chain import CHAIN, NAME_DIGITS, read_chain
from pipeline.errors import ScopeError, UsageError
from pipeline.incident_file import read_incident_file
from pipeline.manifest import hash_file, hash_own_text, hash_person_key
from pipeline.person_key import read_person_key
from pipeline.run_folder import MANIFEST, TIMINGS, read_manifest

CHANGED, MISSING, ADDED = "changed", "missing", "added"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was sealed: in which part of the run, which file, and what became of it."""

    part: str
    name: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was compared, by part, and what differs."""

    run: str
    manifest_sha256: str
    compared: dict[str, int]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {**asdict(self), "is_as_sealed": not self.differences}


def verify_run(folder: Path, incident: Path | None, seal: str | None = None) -> Verification:
    """Compare the run in `folder` with its manifest, and its inputs beside the incident file with what they were.

    Without `incident` the inputs are not compared, which `notes` say. `seal` is the manifest's hash as somebody noted
    it when the run was made. Raises InputError if the run's manifest cannot be read, UsageError for what is no seal.
    """
    manifest = read_manifest(folder)
    found = hash_file(folder / MANIFEST)
    compared: dict[str, int] = {"manifest": 1}
    differences = [] if folder.name.endswith(f"-{found[:NAME_DIGITS]}") else [Difference("manifest", MANIFEST, CHANGED)]
    if seal is not None:
        compared["seal"] = 1
        differences += _compare_seal(folder, found, _read_seal(seal))
    outputs = _listed(manifest, "outputs")
    compared["outputs"] = len(outputs)
    differences += _compare("outputs", outputs, _hasher(folder))
    differences += [Difference("outputs", name, ADDED) for name in sorted(_files(folder) - outputs.keys())]
    notes = ["" if not (folder / TIMINGS).exists() else f"{TIMINGS} is not sealed: it changes with the machine"]
    count, broken, note = _chain(folder, found)
    compared["chain"] = count
    differences += broken
    notes.append(note)
    if incident is None:
        notes.append("the inputs were not compared")
    else:
        differences += _inputs(manifest, incident, folder.parent.parent, compared)
        differences += _registry(folder, compared)
    differences += _own_text(manifest, compared)
    return Verification(folder.name, found, compared, tuple(differences), tuple(note for note in notes if note))


def _read_seal(seal: str) -> str:
    text = seal.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        remedy = "it is the line of 64 letters and digits that scope verify ends with"
        raise UsageError("that is no seal", where="--seal", remedy=remedy)
    return text


def _compare_seal(folder: Path, found: str, seal: str) -> Iterator[Difference]:
    """Tell a seal that is not this run's, and whose it is, if that run is known."""
    if seal == found:
        return
    other = next((run for run, sha256 in _known_seals(folder) if sha256 == seal), None)
    yield Difference("seal", other or "--seal", "another run's seal" if other else "not the seal of any run here")


def _known_seals(folder: Path) -> Iterator[tuple[str, str]]:
    yield from ((link.run, link.manifest_sha256) for link in read_chain(folder.parent.parent)[0])
    yield from ((path.parent.name, hash_file(path)) for path in sorted(folder.parent.glob(f"*/{MANIFEST}")))


def _listed(manifest: Mapping[str, Any], part: str) -> dict[str, str]:
    """Return file → hash of one part; what is not as a manifest is written counts as not listed."""
    listed = manifest.get(part)
    if isinstance(listed, dict):
        return {name: sha256 for name, sha256 in listed.items() if isinstance(sha256, str)}
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return {str(item.get("file")): str(item.get("sha256")) for item in items}


def _hasher(folder: Path) -> Callable[[str], str | None]:
    def hash_named(name: str) -> str | None:
        path = folder / name
        return hash_file(path) if path.is_file() else None

    return hash_named


def _compare(part: str, sealed: Mapping[str, str], found: Callable[[str], str | None]) -> Iterator[Difference]:
    for name, sha256 in sorted(sealed.items()):
        now = found(name)
        if now != sha256:
            yield Difference(part, name, MISSING if now is None else CHANGED)


def _files(folder: Path) -> set[str]:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return names - {MANIFEST, TIMINGS}


def _chain(folder: Path, manifest_sha256: str) -> tuple[int, list[Difference], str]:
    """Walk the chain the run hangs in; a run that was copied out of its output folder hangs in none."""
    out = folder.parent.parent
    if folder.parent.name != "runs":
        return 0, [], "this is a copy outside its output folder, so there is no chain to compare it with"
    links, problems = read_chain(out)
    differences = [Difference("chain", CHAIN, problem) for problem in problems]
    if not any((link.run, link.manifest_sha256) == (folder.name, manifest_sha256) for link in links):
        differences.append(Difference("chain", CHAIN, "does not name this run"))
    for link in links if not problems else ():
        beside = out / "runs" / link.run / MANIFEST
        if link.run != folder.name and beside.is_file() and hash_file(beside) != link.manifest_sha256:
            differences.append(Difference("chain", f"{link.run}/{MANIFEST}", CHANGED))
    gone = len({link.run for link in links if not (out / "runs" / link.run).is_dir()})
    return len(links), differences, f"runs of the chain that are no longer here: {gone}" if gone else ""


def _inputs(manifest: Mapping[str, Any], incident: Path, out: Path, compared: dict[str, int]) -> Iterator[Difference]:
    compared["incident file"] = 1
    sealed = manifest.get("incident_file")
    is_there = incident.is_file()
    if not is_there or not isinstance(sealed, dict) or hash_file(incident) != sealed.get("sha256"):
        yield Difference("incident file", incident.name, CHANGED if is_there else MISSING)
    inputs = _listed(manifest, "inputs")
    compared["inputs"] = len(inputs)
    yield from _compare("inputs", inputs, _hasher(incident.parent))
    yield from (Difference("inputs", name, ADDED) for name in sorted(_matching(incident) - inputs.keys()))
    compared["person key"] = 1
    what = _compare_key(incident, out, manifest.get("person_key_sha256"))
    if what:
        yield Difference("person key", "person key", what)


def _registry(folder: Path, compared: dict[str, int]) -> Iterator[Difference]:
    """Compare the registry of people with what the last run that wrote it left; the chain names it."""
    out = folder.parent.parent
    links, problems = read_chain(out)
    names = [link.registry for link in links if link.run == folder.name and link.registry]
    if problems or not names:
        return
    compared["registry"] = 1
    left = [link.registry_sha256 for link in links if link.registry == names[-1]]
    path = out / names[-1]
    if not path.is_file() or hash_file(path) != left[-1]:
        yield Difference("registry", names[-1], CHANGED if path.is_file() else MISSING)


def _matching(incident: Path) -> set[str]:
    """Return the files that the incident file's paths match today, as far as it can be read."""
    from pipeline.intake.files import find_files

    names: set[str] = set()
    try:
        source = read_incident_file(incident)
    except ScopeError:
        return names
    paths = [log.path for log in source.model.logs.values()]
    paths += [dataset.path for dataset in source.model.datasets.values()]
    paths += [source.model.identity.decisions]
    for patterns in paths:
        try:
            names |= {file.name for file in find_files(patterns, source.folder, "")}
        except ScopeError:
            continue  # what is missing has been named
    return names


def _compare_key(incident: Path, out: Path, sealed: object) -> str:
    named = _named_key(incident)
    if named is None and not (out / "person.key").is_file():
        return MISSING
    try:
        key = read_person_key(named, out)
    except ScopeError:
        return CHANGED
    return "" if hash_person_key(key) == sealed else CHANGED


def _named_key(incident: Path) -> Path | None:
    try:
        source = read_incident_file(incident)
    except ScopeError:
        return None
    named = source.model.identity.key_file
    return source.folder / named if named else None


def _own_text(manifest: Mapping[str, Any], compared: dict[str, int]) -> Iterator[Difference]:
    for part, now in hash_own_text().items():
        sealed = _listed(manifest, part)
        compared[part] = len(sealed)
        yield from _compare(part, sealed, now.get)
        yield from (Difference(part, name, ADDED) for name in sorted(now.keys() - sealed.keys()))
