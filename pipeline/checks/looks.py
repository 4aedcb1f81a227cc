"""What several expectations look at, worked out once: selects beside the suites, named by the queries that read them.

A look is a file `<name>.sql` in the folder of a suite: the rows of a table of which something is amiss, with a flag for
each thing, or what a table says in numbers. A query that names it is answered from its rows, which are normally none.
This room knows names. It must not know what a look is about, nor who builds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

NAMES = re.compile(r"\b(?:amiss|told)_[a-z_]+\b")


@cache
def read_looks(suites: Path) -> Mapping[str, str]:
    """Return name → select of every look beside the suites in a folder."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(suites.glob("*.sql"))}


def looks_of(sql: str, looks: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the looks that a query reads, through others too, each after those it reads itself."""
    seen: set[str] = set()
    return tuple(_collect(sql, looks, seen))


def _collect(sql: str, looks: Mapping[str, str], seen: set[str]) -> Iterator[str]:
    for name in NAMES.findall(sql):
        if name in looks and name not in seen:
            seen.add(name)
            yield from _collect(looks[name], looks, seen)
            yield name
