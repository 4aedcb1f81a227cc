"""What the data contract calls required is what the gate misses when it is gone, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "contract.odcs.yaml"
PROPERTIES = {
    table["name"]: table["properties"]
    for table in YAML(typ="safe").load(CONTRACT.read_text(encoding="utf-8"))["schema"]
}


@pytest.mark.parametrize("table", sorted(PROPERTIES))
def test_the_contract_requires_what_the_gate_requires(bench: Bench, table: str) -> None:
    suite = load_suite(find_expectations(), table)
    (duty,) = [item for item in suite.expectations if item.name == "required_values_are_there"]
    assert not bench.keys(duty).fetchone()
    bench.connection.execute(f"create temp table sound as from {table} limit 1")
    assert bench.connection.table("sound").fetchall(), "no row to spoil"
    missed = set()
    for column in (column["name"] for column in PROPERTIES[table]):
        bench.connection.execute(f"delete from {table}")
        bench.connection.execute(f"insert into {table} select * replace (null as {column}) from sound")
        if bench.keys(duty).fetchone():
            missed.add(column)
    assert missed == {column["name"] for column in PROPERTIES[table] if column["required"]}
