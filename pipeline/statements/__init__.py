"""Logged SQL: what a statement delivered, and of which records, found out without ever running the foreign text.

`read_statement` turns text into a Reading: tables, delivered columns, and plans made of an allow-list of node kinds;
`Shapes` does so for many texts that differ in their values alone.
`replay` runs plans on the records as they were. This workshop knows no log, no route, no window and no intruder.

Most incidents have no statement in any log, so what needs the parser, which takes a quarter of a second to import, is
imported when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from pipeline.statements.dialects import DIALECTS
from pipeline.statements.reading import Delivery, Plan, Reading, Schema, Table

if TYPE_CHECKING:
    from pipeline.statements.shapes import Asking, Pieces, Shapes, Told, fill
    from pipeline.statements.statement import name_defined, read_mentions, read_statement

__all__ = [
    "DIALECTS", "Asking", "Delivery", "Pieces", "Plan", "Reading", "Schema", "Shapes", "Table", "Told", "fill",
    "name_defined", "read_mentions", "read_statement",
]  # fmt: skip

_LATER = {
    **dict.fromkeys(("Asking", "Pieces", "Shapes", "Told", "fill"), "shapes"),
    **dict.fromkeys(("name_defined", "read_mentions", "read_statement"), "statement"),
}


def __getattr__(name: str) -> object:
    """Import what needs the parser."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    return found
