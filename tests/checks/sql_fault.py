"""What a fault seeded in the SQL is."""

from __future__ import annotations

from typing import NamedTuple


class SqlFault(NamedTuple):
    """In `table`'s SQL `right` becomes `wrong`; `caught_by` is the expectation, as table.name."""

    what: str
    table: str
    right: str
    wrong: str
    caught_by: str
