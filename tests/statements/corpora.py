"""Statements gathered by other hands, and what others read of them: counted, compared, and every difference explained.

`python -m tests.statements.figures` writes the page from what is counted here.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.statements import Schema, Table, read_statement

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "sql"
DIALECTS = DATA / "sqlglot_dialect_selects.part1.jsonl"
METADATA = DATA / "sql_metadata_vectors.part1.jsonl"
PGAUDIT = DATA / "pgaudit_audit_lines.first120.jsonl"
TRIED = ("", "mysql", "postgres", "tsql", "snowflake")
NOTHING = Schema()

# Why a table that sql-metadata names is not among those we name, by what the statement does.
ERRATA = {
    "alter table": "changes a table and reads none",
    "drop table": "drops a table and reads none",
    "insert overwrite": "the table that is written is not named: nothing is read from it",
    "insert into": "the table that is written is not named: nothing is read from it",
    "create temporary": "the table that is made is not named: nothing is read from it",
    "create table": "the table that is made is not named: nothing is read from it",
    "merge into": "not understood: every dataset it mentions is read whole",
    "replace table": "the table that is written is not named: nothing is read from it",
}


@dataclass
class Compared:
    """How many were compared, how many were equal, and the differences by their explanation."""

    compared: int = 0
    equal: int = 0
    errata: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_dialects() -> Counter[str]:
    """Read the must-not-crash corpus; verdict → how many."""
    return Counter(read_statement(row["sql"], NOTHING, row["dialect"]).verdict for row in rows_of(DIALECTS))


def compare_tables() -> Compared:
    """Hold the tables of sql-metadata's vectors against ours, read in the first dialect that can read them."""
    found = Compared()
    for row in rows_of(METADATA):
        if row["attr"] != "tables":
            continue
        found.compared += 1
        expected = sorted(name.lower() for name in row["expected"])
        readings = [read_statement(row["sql"], NOTHING, dialect) for dialect in TRIED]
        ours = [sorted(name.lower() for name in reading.tables) for reading in readings]
        if expected in ours:
            found.equal += 1
            continue
        _explain(row["sql"], expected, ours[0], all(reading.verdict == "unread" for reading in readings), found)
    return found


def _explain(sql: str, expected: list[str], ours: list[str], is_unread: bool, found: Compared) -> None:
    words = " ".join(sql.lower().split())
    reason = next((text for start, text in ERRATA.items() if words.startswith(start)), None)
    if reason is not None and set(ours) <= set(expected):
        found.errata[reason] += 1
    elif is_unread:
        found.errata["no dialect's parser reads it: every dataset it mentions is read whole"] += 1
    elif " join select " in words:
        found.errata["not SQL (a bare SELECT after JOIN): the dataset it names there is read whole"] += 1
    else:
        found.wrong.append(f"{expected} {ours}: {words[:160]}")


def compare_columns() -> Compared:
    """Hold the columns of sql-metadata's plain one-table SELECTs against those we say were delivered or compared."""
    found = Compared()
    for row in rows_of(METADATA):
        if row["attr"] != "columns" or not isinstance(row["expected"], list):
            continue
        columns = [name.rpartition(".")[2] for name in row["expected"]]
        tables = read_statement(row["sql"], NOTHING, "mysql").tables
        if len(tables) != 1 or "*" in columns or not columns:
            continue
        schema = Schema((Table("only", tables, tuple(dict.fromkeys(columns)), frozenset(columns)),))
        reading = read_statement(row["sql"], schema, "mysql")
        if reading.verdict != "read" or reading.reason is not None:
            continue
        found.compared += 1
        ours = {name for delivery in reading.deliveries for name in delivery.columns or columns}
        ours |= {name for _, name in reading.used}
        if ours == set(columns):
            found.equal += 1
        elif ours < set(columns):
            found.errata["columns that only order, group or are counted are not delivered"] += 1
        else:
            found.wrong.append(f"{sorted(columns)} {sorted(ours)}: {row['sql'][:160]}")
    return found


def compare_pgaudit() -> Compared:
    """Hold the tables PostgreSQL itself resolved against those we name, statement by statement.

    A line whose statement is `<previously logged>` belongs to the text before it. Object auditing names only the
    tables that are audited, so PostgreSQL's must be among ours; where the session's own lines name relations, ours
    must be PostgreSQL's too.
    """
    found = Compared()
    text = ""
    groups: list[tuple[str, set[str], bool]] = []
    for row in rows_of(PGAUDIT):
        fields = row["fields"]
        if fields["class"] not in ("READ", "WRITE"):
            continue
        is_marker = fields["statement"].startswith("<")
        text = text if is_marker else fields["statement"]
        if not groups or groups[-1][0] != text:
            groups.append((text, set(), False))
        if fields["object_type"] in ("TABLE", "VIEW") and not (is_marker and fields["statement"] == "<not logged>"):
            groups[-1][1].add(fields["object_name"].rpartition(".")[2])
            is_whole = fields["audit_type"] == "SESSION"
            groups[-1] = (groups[-1][0], groups[-1][1], groups[-1][2] or is_whole)
    for statement, resolved, is_whole in groups:
        if not resolved:
            continue
        found.compared += 1
        ours = {name.rpartition(".")[2].lower() for name in read_statement(statement, NOTHING, "postgres").tables}
        if ours == resolved or (resolved <= ours and not is_whole):
            found.equal += 1
            continue
        words = " ".join(statement.lower().split())
        if "insert" in words or "stdin" in words or "change_id" in words:
            found.errata["the table that is written is not named: nothing is read from it"] += 1
        else:
            found.wrong.append(f"{sorted(resolved)} {sorted(ours)}: {words[:160]}")
    return found
