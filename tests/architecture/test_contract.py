"""The data contract says what a run publishes: every table, every column, every type, keys that are keys and duties that are done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations
from pipeline.run import run_incident
from pipeline.table_files import ORDERS, PARTITIONED
from tests.cli.conftest import CRM, INCIDENT, LOG

ROOT = Path(__file__).resolve().parents[2]
CONTRACT: dict[str, Any] = YAML(typ="safe").load(ROOT / "docs" / "contract.odcs.yaml")
TABLES = {table["name"]: table for table in CONTRACT["schema"]}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract")
    for name, text in {"incident.yaml": INCIDENT, "web.csv": LOG, "crm.csv": CRM}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return run_incident(folder / "incident.yaml", None, folder / "out", check_expectations=False).folder


def test_it_has_every_published_table() -> None:
    assert TABLES.keys() == ORDERS.keys() | PARTITIONED.keys()
    assert (CONTRACT["apiVersion"], CONTRACT["kind"]) == ("v3.1.0", "DataContract")


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_is_published_is_what_is_promised(name: str, run: Path) -> None:
    paths = sorted((run / name).glob("*.parquet")) if name in PARTITIONED else [run / f"{name}.parquet"]
    tables = [pq.ParquetFile(path).read() for path in paths]
    columns = _columns(name)
    for table in tables:
        promised = [(column["name"], column["physicalType"]) for column in columns]
        assert [(field.name, str(field.type)) for field in table.schema] == promised
        for column in columns:
            assert not column["required"] or table[column["name"]].null_count == 0, column["name"]
    keys = sorted((column["primaryKeyPosition"], column["name"]) for column in columns if column.get("primaryKey"))
    rows = Counter(tuple(row[key] for _, key in keys) for table in tables for row in table.to_pylist())
    assert not keys or max(rows.values(), default=1) == 1


@pytest.mark.parametrize("name", sorted(TABLES))
def test_its_quality_rules_are_the_suites(name: str) -> None:
    suite = load_suite(find_expectations(), name)
    assert [rule["name"] for rule in TABLES[name]["quality"]] == [item.name for item in suite.expectations]
    assert all(column["description"] for column in TABLES[name]["properties"])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("people", ["person_id"]),
        ("exposures", ["person_id", "brand", "controller"]),
        ("exposure_fields", ["person_id", "brand", "controller", "field"]),
        ("contacts", ["person_id", "brand", "controller", "contact_id"]),
        ("exposed_records", ["dataset", "record_key", "subject", "brand", "controller"]),
        ("accesses", ["event_id"]),
    ],
)
def test_whoever_joins_tables_is_told_their_keys(name: str, key: list[str]) -> None:
    promised = {column["primaryKeyPosition"]: column["name"] for column in _columns(name) if "primaryKey" in column}
    assert [promised[position] for position in sorted(promised)] == key


def _columns(name: str) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = TABLES[name]["properties"]
    return columns
