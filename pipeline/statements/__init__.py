"""Logged SQL: what a statement delivered, and of which records, found out without ever running the foreign text.

`read_statement` turns text into a Reading: tables, delivered columns, and plans made of an allow-list of node kinds;
`Shapes` does so for many texts that differ in their values alone.
`replay` runs plans on the records as they were. This workshop knows no log, no route, no window and no intruder.
"""

from pipeline.statements.dialects import DIALECTS
from pipeline.statements.reading import Delivery, Plan, Reading, Schema, Table
from pipeline.statements.shapes import Asking, Pieces, Shapes, Told, fill
from pipeline.statements.statement import name_defined, read_mentions, read_statement

__all__ = [
    "DIALECTS", "Asking", "Delivery", "Pieces", "Plan", "Reading", "Schema", "Shapes", "Table", "Told", "fill",
    "name_defined", "read_mentions", "read_statement",
]  # fmt: skip
