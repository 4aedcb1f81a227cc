"""What `scope verify` tells: what was compared, what differs, and the seal to note down."""

from __future__ import annotations

from pipeline.telling.parts import Part, counted, heading, line, table, whole
from pipeline.verify import Verification

NAMES = {
    "outputs": "published files",
    "chain": "runs in the chain",
    "inputs": "input files",
    "registry": "registry of people",
    "seal": "seal as it was noted",
    "code": "files of the program",
    "sql": "SQL files",
    "expectations": "expectation suites",
}


def tell_verification(found: Verification) -> list[Part]:
    """Draw a verification: the verdict first, then the counts, then everything that differs by name."""
    count = len(found.differences)
    verdict = "EVERYTHING IS AS IT WAS SEALED." if not count else f"{counted(count, 'DIFFERENCE', 'DIFFERENCES')}."
    differing = {part: sum(1 for one in found.differences if one.part == part) for part in found.compared}
    rows = [(NAMES.get(part, part), number, differing[part]) for part, number in found.compared.items()]
    parts: list[Part] = [line(verdict, "bold"), line(found.run), heading("Compared")]
    parts.append(table(("what", "compared", "differ"), rows, numbers=("compared", "differ")))
    if count:
        named = [(one.part, one.name, one.what) for one in found.differences]
        parts += [heading("What differs"), table(("part", "file", "which"), named, wide="file")]
    if found.notes:
        parts += [heading("To know"), *(line(f"  {note}") for note in found.notes)]
    return [*parts, heading("Seal, to note down where nobody can change it"), whole(f"  {found.manifest_sha256}")]
