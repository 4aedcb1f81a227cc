"""The data contract of the published tables, and the page of faults their checks catch; both made by `generate.py`.

The contract follows the Open Data Contract Standard 3.1. Nothing in it is written by hand: columns and types are those
of a run, meanings those of `columns.yaml`, keys and duties those of the suites in `expectations/`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlglot
from pyarrow import parquet
from ruamel.yaml import YAML
from sqlglot import exp

from pipeline.checks.looks import looks_of, read_looks
from tests.checks.sql_faults import SQL_FAULTS

ROOT = Path(__file__).resolve().parents[1]
FAULTS_OF = ROOT / "tests" / "checks" / "test_faults_are_caught.py"
HEAD = "# Made by `make docs` from a run, docs/columns.yaml and expectations/; checked fresh by `make test`.\n"
FAULTS_HEAD = """# Faults, and what catches them

Made by `make docs` from `tests/checks/`: each fault is seeded, and the expectation named here catches it and names
every row. A critical expectation that fails publishes nothing.

## In the tables

"""
SQL_FAULTS_HEAD = """
## In the SQL itself

One rule is changed, and the sample incident's tables are built anew. Staging and intermediate tables are judged where
they stand, against what they were made of; what is lost in the middle is lost consistently everywhere after it.

| fault | in | caught by | which says |
| --- | --- | --- | --- |
"""
PERSONAL = {"contact_value": "personal data"}
PSEUDONYMS = dict.fromkeys(("person_id", "contact_id", "contact_ids", "record_key"), "pseudonymous personal data")
REQUIRED = re.compile(
    r"\b([a-z_]+) is null|coalesce\(trim\((?:cast\()?([a-z_]+)(?: as varchar\))?\), ''\) = ''"
    r"|coalesce\(([a-z_]+), ''\) not in"
)
INCOMPLETE = "is_incomplete"


def write_contract(tables: list[tuple[str, Path]], meanings: dict[str, str], version: str) -> str:
    """Return the contract as YAML; `tables` are names with one Parquet file of each."""
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "scope-published-tables",
        "name": "Published tables of a scoping run",
        "version": version,
        "status": "draft",
        "description": {
            "purpose": "Who was exposed in a data breach, under which brand, with which fields, and how sure that is.",
            "usage": "Each run is a folder of Parquet files, sealed by its manifest; `scope verify` compares.",
            "limitations": "Who is in no table is not thereby unaffected: see `coverage` and `open_questions`.",
        },
        "schema": [_table(name, parquet.read_schema(path), meanings) for name, path in tables],
    }
    stream = StringIO()
    writer = YAML()
    writer.width = 120
    writer.dump(contract, stream)
    return HEAD + stream.getvalue()


def describe_faults() -> str:
    """Return the page of faults: table, what is done to it, what catches it."""
    tree = ast.parse(FAULTS_OF.read_text(encoding="utf-8"))
    (text,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "FAULTS" for to in node.targets)
    ]
    lines = ["| table | fault | caught by | which says |", "| --- | --- | --- | --- |"]
    for fault in text.strip().splitlines():
        table, done, catcher, _ = (part.strip() for part in fault.split(" | "))
        other, _, name = catcher.rpartition(".")
        said = _suite(other or table)[name]["description"]
        shown = f"`{other}.{name}`" if other else f"`{name}`"
        lines.append(f"| `{table}` | `{done}` | {shown} | {said} |".replace("||", "‖"))
    return FAULTS_HEAD + "\n".join(lines) + "\n" + SQL_FAULTS_HEAD + "\n".join(_sql_faults()) + "\n"


def _sql_faults() -> Iterator[str]:
    for fault in SQL_FAULTS:
        table, _, name = fault.caught_by.partition(".")
        said = _suite(table)[name]["description"]
        right, wrong = (" ".join(text.split()).replace("|", "‖") for text in (fault.right, fault.wrong))
        yield f"| {fault.what} | `{fault.table}`: `{right}` → `{wrong}` | `{fault.caught_by}` | {said} |"


def _suite(table: str) -> dict[str, dict[str, Any]]:
    (path,) = (ROOT / "expectations").glob(f"**/{table}.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    return {item["meta"]["name"]: item for item in document["expectations"]}


def _table(name: str, schema: pa.Schema, meanings: dict[str, str]) -> dict[str, Any]:
    sql = (ROOT / "sql" / "marts" / f"{name}.sql").read_text(encoding="utf-8")
    suite = _suite(name)
    required = set(_required(_query(suite["required_values_are_there"])))
    key = _key(suite)
    return {
        "name": name,
        "physicalName": name,
        "physicalType": "Parquet",
        "logicalType": "object",
        "description": sql.splitlines()[0].removeprefix("--").strip(),
        "properties": [_column(name, field, meanings, required, key) for field in schema],
        "quality": [
            {"name": title, "type": "text", "severity": item["severity"], "description": item["description"]}
            for title, item in suite.items()
        ],
    }


def _required(query: str) -> Iterator[str]:
    """Yield the columns that must hold a value: those the query asks for, and those that the look it names asks for."""
    yield from (column for found in REQUIRED.findall(query) for column in found if column)
    looks = read_looks(ROOT / "expectations")
    for look in looks_of(query, looks):
        for alias in sqlglot.parse_one(looks[look], read="duckdb").find_all(exp.Alias):
            if alias.alias == INCOMPLETE:
                yield from (column.name for column in alias.find_all(exp.Column))


def _query(item: dict[str, Any]) -> str:
    return str(item["kwargs"].get("unexpected_rows_query", ""))


def _key(suite: dict[str, dict[str, Any]]) -> list[str]:
    """Return the columns that the suite holds to be unique together."""
    for item in suite.values():
        if item["type"] == "expect_compound_columns_to_be_unique":
            return list(item["kwargs"]["column_list"])
        if item["type"] == "expect_column_values_to_be_unique":
            return [item["kwargs"]["column"]]
    return []


def _column(
    table: str, field: pa.Field, meanings: dict[str, str], required: set[str], key: list[str]
) -> dict[str, Any]:
    is_list = pa.types.is_list(field.type)
    column: dict[str, Any] = {
        "name": field.name,
        "logicalType": "array" if is_list else _logical(field.type),
        "physicalType": str(field.type),
        "description": meanings.get(f"{table}.{field.name}") or meanings[field.name],
        "required": field.name in required,
    }
    if is_list:
        column["items"] = {"logicalType": _logical(field.type.value_type)}
    if field.name in key:
        column |= {"primaryKey": True, "primaryKeyPosition": key.index(field.name) + 1}
    classification = (PERSONAL | PSEUDONYMS).get(field.name)
    return column | ({"classification": classification} if classification else {})


def _logical(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_boolean(kind):
        return "boolean"
    return "integer" if pa.types.is_integer(kind) else "string"
