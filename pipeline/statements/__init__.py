"""Logged SQL: what a statement delivered, and of which records, found out without ever running the foreign text.

`read_statement` turns text into a Reading: tables, delivered columns, and plans made of an allow-list of node kinds.
`replay` runs plans on the records as they were. This workshop knows no log, no route, no window and no intruder.
"""

from pipeline.statements.dialects import DIALECTS
from pipeline.statements.reading import Delivery, Plan, Reading, Schema, Table
from pipeline.statements.statement import name_defined, read_mentions, read_statement

__all__ = [
    "DIALECTS", "Delivery", "Plan", "Reading", "Schema", "Table", "name_defined", "read_mentions", "read_statement",
]  # fmt: skip
