"""Read drawn cases: Markdown files with input tables and the answer, no Python in them.

A case is a `##` heading; below it `given TABLE` and `then TABLE` lines, each followed by a pipe table. `then` tables are
built by the project's own SQL from what is given, and compared on the drawn columns only, whatever the order of rows.

What a case does not draw goes without saying, and `usual.md` says it: a `given` table there stands in every case that does
not draw its own, and a `usual` row holds the cells of columns that a case leaves out (`= COLUMN` repeats the row's own
cell). Everything else is null and empty; so is a blank cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

CELL_ENDS = re.compile(r"(?<!\\)\|")
VERBS = ("given", "then", "usual")


@dataclass(frozen=True)
class DrawnTable:
    """A table as drawn: its name, columns and cells as text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def filled(self, usual: DrawnTable) -> DrawnTable:
        """Return the table with the columns it leaves out, as they usually are."""
        missing = [column for column in usual.columns if column not in self.columns]
        filled = []
        for row in self.rows:
            cells = dict(zip(usual.columns, usual.rows[0], strict=True)) | dict(zip(self.columns, row, strict=True))
            filled.append(row + tuple(_repeat(cells[name], cells) for name in missing))
        return DrawnTable(self.name, (*self.columns, *missing), tuple(filled))


def _repeat(cell: str, cells: dict[str, str]) -> str:
    return cells[cell.removeprefix("= ")] if cell.startswith("= ") else cell


@dataclass
class Case:
    """One drawn case."""

    title: str
    place: str
    given: list[DrawnTable] = field(default_factory=list)
    then: list[DrawnTable] = field(default_factory=list)
    usual: list[DrawnTable] = field(default_factory=list)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of one file, in order."""
    cases: list[Case] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("## "):
            cases.append(Case(line[3:].strip(), f"{path.name}:{number + 1}"))
        elif line.startswith(VERBS) and len(line.split()) == 2:
            verb, name = line.split()
            assert verb in VERBS, f"{path.name}:{number + 1}: {verb}?"
            getattr(cases[-1], verb).append(_read_table(name, lines[number + 1 :], f"{path.name}:{number + 1}"))
    return cases


def _read_table(name: str, lines: list[str], place: str) -> DrawnTable:
    rows: list[tuple[str, ...]] = []
    for line in lines:
        if not line.strip() and not rows:
            continue
        if not line.startswith("|"):
            break
        cells = CELL_ENDS.split(line.strip().removeprefix("|").removesuffix("|"))
        rows.append(tuple(cell.strip().replace("\\|", "|") for cell in cells))
    assert rows, f"{place}: {name} has no table, not even a heading"
    assert all(len(row) == len(rows[0]) for row in rows), f"{place}: a row has another number of cells than the heading"
    body = [row for row in rows[1:] if not set("".join(row)) <= {"-", ":", " "} or not "".join(row).strip()]
    return DrawnTable(name, rows[0], tuple(body))
