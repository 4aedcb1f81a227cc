"""The SQL is one text for every engine, laid out as the house has it."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pipeline.steps import load_steps

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "sql").glob("*/*.sql"))
PREFIX = {"staging": "stg_", "intermediate": "int_", "marts": ""}
# Functions that both engines have under this name, though a parser knows the name of one only.
SHARED_FUNCTIONS = {"collect_set": exp.ArrayUniqueAgg, "collect_list": partial(exp.ArrayAgg, nulls_excluded=True)}
# Casts that cannot fail, so that an engine's strictness does not matter.
WIDENING = {"TEXT", "VARCHAR", "STRING", "INT", "BIGINT"}
FORBIDDEN = re.compile(
    r"\b(now|current_date|current_timestamp|today|random|rand|uuid|any_value|first_value|try_cast|date_diff|datediff"
    r"|read_csv|read_parquet|read_json|array_agg|list|string_agg|qualify|exclude)\s*\(|//|\bexclude\b|\bqualify\b",
    re.IGNORECASE,
)

# Tables of all records there are, however few were reached.
OF_EVERYBODY = {
    "int_identifier_hashes",
    "int_record_subjects",
    "landed_identifiers",
    "landed_links",
    "landed_names",
    "landed_records",
    "landed_values",
}


def files() -> list[pytest.ParameterSet]:
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in FILES]


def test_there_is_sql_on_every_floor() -> None:
    assert {path.parent.name for path in FILES} == set(PREFIX)


@pytest.mark.parametrize("path", files())
def test_both_dialects_read_alike(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    readings = {dialect: _normal(sqlglot.parse_one(sql, read=dialect)).sql() for dialect in ("duckdb", "spark")}
    assert readings["duckdb"] == readings["spark"]


@pytest.mark.parametrize("path", files())
def test_what_a_step_reads_is_what_a_parser_finds(path: Path) -> None:
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    found = {table.name for table in tree.find_all(exp.Table)} - {cte.alias for cte in tree.find_all(exp.CTE)}
    (step,) = [step for step in load_steps(ROOT / "sql") if step.path == path]
    assert set(step.reads) == found


@pytest.mark.parametrize("path", files())
def test_layout(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    code = re.sub(r"--.*", "", sql)
    assert sql.startswith("-- One row per "), "the first line says what one row is"
    assert sql.endswith("\n")
    assert "\t" not in sql
    assert ";" not in re.sub(r"'[^']*'", "''", code), "one statement, which the engine ends"
    assert path.name.startswith(PREFIX[path.parent.name]), "the floor's prefix"
    unquoted = re.sub(r"'[^']*'", "''", code)
    assert unquoted == unquoted.lower(), "lower case"
    assert '"' not in unquoted, "a double-quoted name is text on Spark"
    assert not FORBIDDEN.search(unquoted), "engines disagree about this, or it is not the same tomorrow"
    assert max(map(len, sql.splitlines())) <= 120
    assert len(sql.splitlines()) <= 150, "one rule per file"


@pytest.mark.parametrize("path", files())
def test_lists_are_sorted_where_they_are_collected(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    collected = re.findall(r"(array_sort\()?collect_(?:set|list)\(", text)
    assert all(collected), "no engine promises an order"


@pytest.mark.parametrize("path", files())
def test_nothing_of_everybody_is_named_to_be_read_twice(path: Path) -> None:
    """DuckDB writes down what a name in `with` stands for if it is read twice: all there is, to the disk at last."""
    tree = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    read = Counter(table.name for table in tree.find_all(exp.Table))
    kept = [cte for cte in tree.find_all(exp.CTE) if read[cte.alias] > 1]
    whole = [cte.alias for cte in kept if any(_takes_all(select) for select in cte.find_all(exp.Select))]
    assert not whole, "read it once (cross join the ways it is looked at), or make it a table"


@pytest.mark.parametrize("path", files())
def test_the_last_select_lists_its_columns(path: Path) -> None:
    last = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    while isinstance(last, exp.SetOperation):
        last = last.left
    assert isinstance(last, exp.Select)
    assert not last.is_star, "the file's end is its contract"
    assert all(projection.alias_or_name for projection in last.expressions)


def test_the_window_is_judged_in_one_file() -> None:
    judging = [
        path.stem
        for path in FILES
        if re.search(r"(?:earliest|occurred)_at\s*>=\s*\S*window_start_at", path.read_text())
    ]
    assert judging == ["stg_events"]


def test_table_names_are_unique() -> None:
    names = [path.stem for path in FILES]
    assert len(set(names)) == len(names)


def _takes_all(select: exp.Select) -> bool:
    """Tell whether a select keeps all rows of a table of everybody: nothing it is joined to leaves any out."""
    joined = select.args.get("joins") or []
    source = select.find(exp.From)
    is_narrowed = select.args.get("group") or any(join.side != "LEFT" and join.kind != "CROSS" for join in joined)
    return source is not None and source.this.name in OF_EVERYBODY and not is_narrowed


def _normal(tree: exp.Expr) -> exp.Expr:
    """Write the same reading the same way, where two parsers only call it differently."""
    return tree.transform(_rename)


def _rename(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.lower() in SHARED_FUNCTIONS:
        return SHARED_FUNCTIONS[node.name.lower()](this=node.expressions[0])
    if isinstance(node, exp.TryCast) and node.to.this.name in WIDENING:
        return exp.Cast(this=node.this, to=node.to)
    return node
