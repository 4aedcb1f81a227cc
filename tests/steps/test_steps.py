"""Every drawn case of `cases/` holds: the project's SQL turns what is given into what is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline.engines.on_duckdb import WORDS, DuckDB
from pipeline.identity import EXCHANGES, Exchange
from pipeline.intake.tables import TABLES
from pipeline.linking import EVERYBODY, LINKED
from pipeline.paths import find_sql
from pipeline.slices import SLICED
from pipeline.steps import Step, load_steps
from tests.steps.drawn import Case, DrawnTable, read_cases

HERE = Path(__file__).parent
SLICES = 5
CASES = [case for path in sorted(HERE.glob("cases/*.md")) for case in read_cases(path)]
USUAL = read_cases(HERE / "usual.md")
USUAL_TABLES = {table.name: table for said in USUAL for table in said.given}
USUAL_CELLS = {table.name: table for said in USUAL for table in said.usual}
RESOLVED = {
    "compared_profiles": {
        "profile_number": "bigint",
        "other_profile_number": "bigint",
        "given_relation": "varchar",
        "family_relation": "varchar",
        "is_apart": "boolean",
    },
    "linked_subjects": {"subject_number": "bigint", "round_number": "integer"},
    "resolved_subjects": {"subject_number": "bigint", "component_number": "bigint"},
    "resolved_links": {"subject_number": "bigint", "link_basis": "varchar"},
}
# What the replay of statements finds, drawn as it is.
REPLAYED = {
    "replays": {
        "plan_number": "bigint",
        "occurred_at": "timestamp",
        "replay_number": "bigint",
        "row_count": "bigint",
        "is_record_a_row": "boolean",
    },
    "replayed_records": {"replay_number": "bigint", "record_number": "bigint", "reason": "varchar"},
}
# Numbers that are only ours are drawn as what they stand for: a subject as its record key (`KEY recipient` unless it is the
# customer), a person as their first subject, an owner as the brand, fields and states as their names.
SUBJECT = (
    "(select case when subject = 'customer' then record_key else record_key || ' ' || subject end from landed_records"
    " where landed_records.record_number = named.first_record_number)"
)
MEANING = {
    "subject_number": ("int_record_subjects", "subject_number", SUBJECT),
    "target_subject_number": ("int_record_subjects", "subject_number", SUBJECT),
    "component_number": ("int_record_subjects", "subject_number", SUBJECT),
    "other_subject_number": ("int_record_subjects", "subject_number", SUBJECT),
    "profile_number": ("int_record_subjects", "subject_number", SUBJECT),
    "other_profile_number": ("int_record_subjects", "subject_number", SUBJECT),
    "value_number": ("int_tying_values", "value_number", "kind || ' ' || value"),
    "owner_number": ("stg_owners", "owner_number", "brand"),
    "field_number": ("landed_fields", "field_number", "field"),
    "state_rank": ("landed_states", "state_rank", "state"),
}


@cache
def steps() -> Mapping[str, Step]:
    return {step.name: step for step in load_steps(find_sql())}


@cache
def types() -> dict[str, dict[str, str]]:
    """Column types of every table, taken from building the whole catalogue on nothing."""
    with duckdb.connect() as connection:
        for word in WORDS:
            connection.execute(word)
        for name, columns in TABLES.items():
            connection.register("empty", pa.schema(list(columns.items())).empty_table())
            connection.execute(f"create table {name} as select * from empty")
        for name, kinds in (RESOLVED | REPLAYED).items():
            create(connection, name, kinds)
        for name, step in steps().items():
            connection.execute(f"create table {name} as {step.sql}")
        rows = connection.execute("select table_name, column_name, data_type from duckdb_columns()").fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        for word in WORDS:
            connection.execute(word)
        yield connection


def create(connection: duckdb.DuckDBPyConnection, name: str, kinds: Mapping[str, str]) -> None:
    connection.execute(f"create table {name} ({', '.join(f'{column} {kind}' for column, kind in kinds.items())})")


def literal(cell: str, kind: str) -> Any:
    if kind.endswith("[]"):
        return [part.strip() for part in cell.split(",") if part.strip()]
    return cell or None


def put(connection: duckdb.DuckDBPyConnection, table: DrawnTable, name: str, kinds: Mapping[str, str]) -> None:
    """Create `name` as drawn; what is not drawn is null."""
    unknown = set(table.columns) - set(kinds)
    assert not unknown, f"{table.name} has no column {sorted(unknown)}"
    create(connection, name, kinds)
    marks = ", ".join(f"cast(? as {kinds[column]})" for column in table.columns)
    for row in table.rows:
        cells = [literal(cell, kinds[column]) for column, cell in zip(table.columns, row, strict=True)]
        connection.execute(f"insert into {name} ({', '.join(table.columns)}) values ({marks})", cells)


def put_given(connection: duckdb.DuckDBPyConnection, table: DrawnTable) -> None:
    filled = table.filled(USUAL_CELLS[table.name]) if table.name in USUAL_CELLS else table
    put(connection, filled, table.name, types()[table.name])


def build(connection: duckdb.DuckDBPyConnection, name: str, built: set[str], folder: Path) -> None:
    """Build a table and all it needs: by its SQL, by identity resolution, or as it usually is.

    A case that does not draw who is linked places everybody.
    """
    if name in built:
        return
    built.add(name)
    if name in steps():
        for read in steps()[name].reads:
            build(connection, read, built, folder)
        connection.execute(f"create table {name} as {steps()[name].sql}")
    elif name == LINKED:
        build(connection, "int_record_subjects", built, folder)
        connection.execute(f"create table {LINKED} as {EVERYBODY}")
    elif name in RESOLVED:
        exchange = next(one for one in EXCHANGES if name in one.outputs)
        for read in exchange.inputs:
            build(connection, read, built, folder)
        hand_over(connection, exchange, name, folder)
    else:
        put_given(connection, USUAL_TABLES.get(name, DrawnTable(name, (), ())))
        if name == "landed_names":  # a record that is not there describes nobody
            build(connection, "landed_records", built, folder)
            records = "select record_number from landed_records"
            connection.execute(f"delete from landed_names where record_number not in ({records})")


def hand_over(connection: duckdb.DuckDBPyConnection, exchange: Exchange, name: str, folder: Path) -> None:
    path = folder / f"{name}.parquet"
    if not path.exists():
        for table, column in exchange.inputs.items():
            ordered = f"from {table} order by {column}"
            connection.execute(f"copy ({ordered}) to '{folder / table}.parquet' (format parquet)")
        exchange.work(folder)
    connection.execute(f"create table {name} as from read_parquet('{path}')")


def answered(connection: duckdb.DuckDBPyConnection, table: DrawnTable) -> Counter[tuple[str, ...]]:
    """Return the rows that were built, as text, in the drawn columns."""
    unknown = set(table.columns) - set(types()[table.name])
    assert not unknown, f"{table.name} has no column {sorted(unknown)}"
    return as_text(connection, table, table.name, {column: meaning(table.name, column) for column in table.columns})


def drawn(connection: duckdb.DuckDBPyConnection, table: DrawnTable) -> Counter[tuple[str, ...]]:
    """Return the drawn rows, written as the database writes them."""
    name = f"drawn_{table.name}"
    kinds = {
        column: "varchar" if meaning(table.name, column) != column else kind
        for column, kind in types()[table.name].items()
    }
    put(connection, table, name, kinds)
    return as_text(connection, table, name, {})


def meaning(table: str, column: str) -> str:
    """Return what to show for a column: itself, or what its number stands for."""
    if column not in MEANING or MEANING[column][0] == table == "stg_owners":
        return column
    named, key, label = MEANING[column]
    return f"(select distinct {label} from {named} as named where named.{key} = {table}.{column})"


def as_text(
    connection: duckdb.DuckDBPyConnection, table: DrawnTable, name: str, meanings: Mapping[str, str]
) -> Counter[tuple[str, ...]]:
    kinds = types()[table.name]
    cells = ", ".join(
        f"array_to_string({column}, ', ')"
        if kinds[column].endswith("[]")
        else f"cast({meanings.get(column, column)} as varchar)"
        for column in table.columns
    )
    rows = connection.execute(f"select {cells} from {name}").fetchall()
    return Counter(tuple(cell or "" for cell in row) for row in rows)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.place} {case.title}")
def test_drawn_case(case: Case, connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for table in case.given:
        put_given(connection, table)
    built = {table.name for table in case.given}
    for table in case.then:
        named = {MEANING[column][0] for column in table.columns if column in MEANING}
        for name in [table.name, *sorted(named)]:
            build(connection, name, built, tmp_path)
        found, expected = answered(connection, table), drawn(connection, table)
        wrong = f"{case.place} {table.name}: {sorted(found - expected)}, but drawn is {sorted(expected - found)}"
        assert found == expected, wrong
        if table.name in SLICED:
            DuckDB(connection, tmp_path).build_in_slices(table.name, steps()[table.name].sql, SLICES)
            assert answered(connection, table) == expected, f"{case.place} {table.name}, in slices"


def test_every_case_asks_for_something() -> None:
    assert not [case.place for case in CASES if not case.then]


def test_no_title_is_used_twice() -> None:
    counts = Counter(case.title for case in CASES)
    assert not [title for title, count in counts.items() if count > 1]


def test_every_rule_of_meaning_has_a_case() -> None:
    drawn = {table.name for case in CASES for table in case.then}
    missing = sorted(name for name in steps() if name not in drawn)
    assert not missing, f"no drawn case asks for {missing}"
