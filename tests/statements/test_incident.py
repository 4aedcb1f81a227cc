"""Whole runs over logs of statements: from the text in a log to the rows of the published tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.run import run_incident

CUSTOMERS = """id,email,name,region,since,until
1,ann@mail.example,Ann,EU,,
2,bob@mail.example,Bob,US,,
3,cy@mail.example,Cy,EU,2026-03-28 12:00:00,
4,di@mail.example,Di,EU,,2026-03-28 12:00:00
5,eve@mail.example,Eve,,,
"""
ORDERS = """order_id,customer_id,total,address
o1,1,20,1 High Street
o2,2,5,2 High Street
o3,9,50,3 High Street
"""
Row = dict[str, Any]


def scope(
    folder: Path, lines: list[Row], *, dialect: str = "postgres", is_checked: bool = False, **more: Any
) -> dict[str, list[Row]]:
    """Scope an incident whose one log holds these lines; an hour apart from 10:00 on unless they say when."""
    folder.mkdir(exist_ok=True)
    names = list(dict.fromkeys(["time", "statement", *(name for line in lines for name in line)]))
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for place, line in enumerate(lines):
            writer.writerow({"time": f"2026-03-28T{10 + place:02}:00:00"} | line)
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)
    log = {"path": "log.csv", "dialect": dialect, "coverage": "complete", "columns": {name: name for name in names}}
    incident = {
        "incident": {"id": "drawn", "window": "2026-03-28/2026-03-28"},
        "logs": {"db": log | more.pop("log", {})},
        "datasets": {
            "crm": {
                "path": "customers.csv", "role": "crm", "key": "id", "brand": "Acme", "table": "app.customers",
                "valid_from": "since", "valid_to": "until", "columns": {"email": "email", "name": "first_name"},
            },
            "shop": {
                "path": "orders.csv", "role": "crm", "key": "order_id", "brand": "Acme", "table": "app.orders",
                "columns": {"address": "postal_address"}, "links": {"customer_id": "crm"},
            },
        },
        **more,
    }  # fmt: skip
    (folder / "incident.yaml").write_text(json.dumps(incident))
    run = run_incident(folder / "incident.yaml", None, folder / "out", check_expectations=is_checked).folder
    tables = ("accesses", "exposed_records", "unresolved", "open_questions")
    return {name: pq.read_table(run / f"{name}.parquet").to_pylist() for name in tables}


def exposed(tables: dict[str, list[Row]]) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Dataset and key → grade and fields."""
    rows = tables["exposed_records"]
    return {(row["dataset"], row["record_key"]): (row["grade"], tuple(sorted(row["fields"]))) for row in rows}


def kinds(tables: dict[str, list[Row]]) -> set[str]:
    return {row["kind"] for row in tables["open_questions"]}


def test_predicates_columns_and_instants(tmp_path: Path) -> None:
    tables = scope(
        tmp_path,
        [
            {"statement": "select email from customers where region = 'EU'", "rows": 2},
            {"statement": "select name from app.customers where region = 'EU'", "time": "2026-03-28T13:00:00"},
        ],
        is_checked=True,
    )
    assert exposed(tables) == {
        ("crm", "1"): ("confirmed", ("email", "first_name")),
        ("crm", "3"): ("confirmed", ("first_name",)),  # began at noon
        ("crm", "4"): ("confirmed", ("email",)),  # ended at noon
    }
    assert [(row["reach_kind"], row["is_exact"]) for row in tables["accesses"]] == [("statement", True)] * 2
    first = min(tables["accesses"], key=lambda row: row["line"])
    assert (first["logged_row_count"], first["derived_record_count"]) == (2, 2)
    assert not kinds(tables) & {"row_count_mismatch", "unreadable_statement"}


def test_what_cannot_be_replayed_is_likely(tmp_path: Path) -> None:
    statement = "select email from customers where region = 'EU' and sounds_like(name, 'An')"
    assert exposed(scope(tmp_path, [{"statement": statement}])) == {
        ("crm", "1"): ("likely", ("email",)),
        ("crm", "4"): ("likely", ("email",)),
    }


def test_a_logged_row_count_that_fits_the_most_makes_it_sure(tmp_path: Path) -> None:
    statement = "select email from customers where region = 'EU' and sounds_like(name, 'An')"
    assert exposed(scope(tmp_path, [{"statement": statement, "rows": 2}])) == {
        ("crm", "1"): ("confirmed", ("email",)),
        ("crm", "4"): ("confirmed", ("email",)),
    }


def test_another_logged_row_count_is_a_question(tmp_path: Path) -> None:
    tables = scope(tmp_path, [{"statement": "select email from customers where id = 1", "rows": 7}])
    assert "row_count_mismatch" in kinds(tables)
    assert [(row["logged_row_count"], row["derived_record_count"]) for row in tables["accesses"]] == [(7, 1)]


def test_a_join_delivers_two_datasets(tmp_path: Path) -> None:
    statement = "select c.email, o.address from customers c join orders o on o.customer_id = c.id where o.total > 10"
    tables = scope(tmp_path, [{"statement": statement, "rows": 1}])
    assert exposed(tables) == {
        ("crm", "1"): ("confirmed", ("email",)),
        ("shop", "o1"): ("confirmed", ("postal_address",)),
    }
    assert "row_count_mismatch" not in kinds(tables)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("select count(*) from customers", set()),
        ("select region, count(*) from customers group by region", set()),
        ("select email, count(*) from customers where region = 'EU' group by email", {"1", "4"}),
        ("select string_agg(email, ',') from customers where id < 3", {"1", "2"}),
        ("begin; select email from customers where id = 2; rollback", {"2"}),
        ("copy (select email from customers where id = 2) to stdout", {"2"}),
        ("create table loot as select * from customers where id = 2", {"2"}),
        ("update customers set name = 'x'", set()),
        ("select mail from europeans", {"1", "4"}),
        ("select email from customers order by id desc limit 1", {"5"}),
        ("select 1", set()),
    ],
)
def test_what_counts_as_reading(tmp_path: Path, statement: str, found: set[str]) -> None:
    views = {"europeans": "select email as mail from customers where region = 'EU'"}
    tables = scope(tmp_path, [{"statement": statement}], views=views)
    assert {key for _, key in exposed(tables)} == found
    assert not tables["unresolved"]


def test_parameters_prepared_statements_and_cursors(tmp_path: Path) -> None:
    lines = [
        {"statement": "select email from customers where id = $1", "parameters": '["1"]', "session": "a"},
        {"statement": "prepare q as select email from customers where id = $1", "session": "b"},
        {"statement": "execute q(2)", "session": "b"},
        {"statement": "declare c cursor for select email from customers where id = 5", "session": "b"},
        {"statement": "fetch 10 from c", "session": "b"},
    ]
    tables = scope(tmp_path, [line | {"parameters": line.get("parameters", "")} for line in lines])
    assert exposed(tables) == {
        ("crm", "1"): ("confirmed", ("email",)),
        ("crm", "2"): ("confirmed", ("email",)),
        ("crm", "5"): ("confirmed", ("email",)),  # the one row of the cursor, and ten were fetched
    }
    assert not tables["unresolved"]


def test_an_unreadable_statement_reaches_what_it_mentions_or_is_a_question(tmp_path: Path) -> None:
    tables = scope(tmp_path, [{"statement": "frobnicate ((( customers"}, {"statement": "((("}], is_checked=True)
    assert {grade for grade, _ in exposed(tables).values()} == {"likely"}
    assert len(exposed(tables)) == 4
    assert "unreadable_statement" in kinds(tables)
    assert [row["reason"] for row in tables["unresolved"]] == ["unreadable_statement"]


def test_a_clipped_statement_reaches_the_whole(tmp_path: Path) -> None:
    statement = "select email from customers where id = 1"
    tables = scope(tmp_path, [{"statement": statement}], log={"text_limit": len(statement)})
    assert len(exposed(tables)) == 4
    assert {grade for grade, _ in exposed(tables).values()} == {"likely"}


def test_time_functions_are_those_of_the_event_in_the_sessions_zone(tmp_path: Path) -> None:
    statement = "select email from customers where until > now()"
    at = "2026-03-28T11:30:00+00:00"
    assert set(exposed(scope(tmp_path / "utc", [{"statement": statement, "time": at}]))) == {("crm", "4")}
    berlin = scope(tmp_path / "berlin", [{"statement": statement, "time": at}], log={"zone": "Europe/Berlin"})
    assert exposed(berlin) == {}  # there it was 12:30
