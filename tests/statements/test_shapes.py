"""Statements of one shape are read as each of them would be alone, whatever their values."""

from __future__ import annotations

import re
from random import Random

import pytest

from pipeline.statements import Asking, Reading, Schema, Shapes, Table, fill, read_statement
from pipeline.statements import shapes as module
from pipeline.statements.plans import write_plan
from tests.statements.asking import draw_statement
from tests.statements.shop import SCHEMA as SHOP

SCHEMA = Schema((Table("crm", ("crm.customers",), ("id", "email", "name", "region"), frozenset({"id", "email"})),))
ODD = ["7", "0", "007", "1.5", "x", "", " ", "it''s", "ann@mail.example", "2026-03-28", "NULL", "{1,2}", "a%", "100%", "call me",
       "execute x", "customers", "\u202e", 'say "hi"']  # fmt: skip


def held_alike(shapes: Shapes, text: str, parameters: str | None, dialect: str) -> bool:
    """Hold a reading by shape against the statement's own; tell whether it was shared."""
    told, values = shapes.read(text, parameters, Asking(dialect))
    own = read_statement(text, shapes.schema, dialect, parameters=parameters)
    assert (told.reading.verdict, told.reading.action, told.reading.tables, told.reading.reason, told.reading.used) == (
        own.verdict, own.action, own.tables, own.reason, own.used,
    )  # fmt: skip
    plans = [None if plan is None else fill(plan, values) for plan in told.plans]
    assert plans == [None if each.plan is None else write_plan(each.plan) for each in own.deliveries]
    assert [(each.dataset, each.columns, each.reason) for each in told.reading.deliveries] == [
        (each.dataset, each.columns, each.reason) for each in own.deliveries
    ]
    return bool(values)


TEXTS = [
    ("select email from crm.customers where id = {}", True),
    ("select email from crm.customers where region = '{}' and id > 10", True),
    ("select * from crm.customers where id in ({}, 2, '{}') or (name <> '{}')", True),
    ("select email from crm.customers where id between {} and 500 order by 1 limit 10", True),
    ("select a.email from crm.customers a join crm.customers b on a.id = b.id and b.region = '{}'", True),
    ("select email from crm.customers where id = '{}'::int -- 12 'x'", True),
    ("insert into log values ({}, 'x')", True),
    ("select email from crm.customers limit {}", False),
    ("select email from crm.customers where name like '{}'", False),
    ("select email from crm.customers where id = any('{}')", False),
    ("select count(*), region = '{}' from crm.customers group by region = '{}'", False),
    ("select email, '{}' from crm.customers", False),
    ("select email from crm.customers where created > now() - interval '{} days'", False),
    ("fetch {} from c", False),
    ("set x = '{}'", False),
    ("alter system set x = '{}'", False),
    ("select email from nowhere where note = '{}' and", False),
]


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "tsql", "snowflake", "soql"])
@pytest.mark.parametrize(("text", "is_shared"), TEXTS)
def test_any_value_reads_as_it_would_alone(text: str, is_shared: bool, dialect: str) -> None:
    shapes = Shapes(SCHEMA)
    shared = [held_alike(shapes, text.replace("{}", value), None, dialect) for value in ["1", "2", "3", *ODD]]
    if dialect == "postgres":
        assert any(shared) == is_shared


BOUND = [
    ("select email from crm.customers where id = $1 and region = $2", True),
    ("select email from crm.customers where id in ($1, $2)", True),
    ("select email from crm.customers where id = $1 limit $2", False),
    ("select email from crm.customers where id = any($1) and name like $2", False),
    ("select email from crm.customers where $1 = $2 and id = $1::uuid", True),
]


@pytest.mark.parametrize(("text", "is_shared"), BOUND)
def test_bound_values_read_as_they_would_alone(text: str, is_shared: bool) -> None:
    shapes = Shapes(SCHEMA)
    pairs = [("1", "EU"), ("2", "EU"), ("3", "US"), *((value, ODD[place - 1]) for place, value in enumerate(ODD))]
    written = [f"$1 = '{one}', $2 = '{two}'" for one, two in pairs]
    shared = [held_alike(shapes, text, parameters, "postgres") for parameters in written]
    assert all(shared[3:]) == is_shared
    for odd in ["$1 = NULL, $2 = '5'", "$1 = '5', $2 = NULL", "[1, true]", '{"1": 5, "2": null}', "[]", "broken"]:
        held_alike(shapes, text, odd, "postgres")
        held_alike(shapes, text, odd, "postgres")


def test_drawn_statements_read_as_they_would_alone() -> None:
    random = Random(11)
    shapes = Shapes(SHOP)
    shared = 0
    for _ in range(60):
        dialect = random.choice(["postgres", "mysql", "tsql", "bigquery", "snowflake"])
        drawn = draw_statement(random, dialect).sql
        for place in range(4):
            text = re.sub(r"(?<![\w.])\d+(?![\w.])", lambda found, by=place: str(int(found[0]) + by), drawn)
            shared += held_alike(shapes, text, None, dialect)
    assert shared > 40


def test_a_shape_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def counted(text: str, *rest: object, **more: object) -> Reading:
        reads.append(text)
        return read_statement(text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_statement", counted)
    shapes = Shapes(SCHEMA)
    for number in range(1000):
        shapes.read("select email from crm.customers where id = $1", f"$1 = '{number}'", Asking("postgres"))
        shapes.read(f"select email from crm.customers where id = {number}", None, Asking("postgres"))
    assert len(reads) <= 6


def test_shapes_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SHAPES", 5)
    shapes = Shapes(SCHEMA)
    for number in range(40):
        for _ in range(3):
            held_alike(
                shapes,
                f"select email as c{'x' * number} from crm.customers where id = {number} limit {number}",
                None,
                "mysql",
            )
    assert len(shapes.held) <= 5
    assert len(shapes.known) <= 5
