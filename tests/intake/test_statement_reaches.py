"""Statements beside other evidence: keys that an event names win, and other events of the batch keep their own reasons."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import polars as pl
import pytest

LOG = {
    "columns": {
        "time": "time",
        "statement": "statement",
        "record_keys": "keys",
        "resource": "resource",
        "filters": "where",
    }
}
CRM = {"table": ["customers"]}
READ = "select email from customers where region = 'EU'"


def land(land_it: Any, *lines: str, **log: Any) -> list[tuple[Any, ...]]:
    rows = "".join(f"2026-03-28T10:00:0{place},{line}\n" for place, line in enumerate(lines))
    landed = land_it({"log.csv": "time,statement,keys,resource,where\n" + rows}, log={**LOG, **log}, crm=CRM)
    columns = ("event_number", "reach_number", "reach_kind", "record_key", "projection", "inexact_reason")
    return landed["reaches"].sort("event_number", "reach_number").select(columns).rows()


def test_keys_name_the_records_and_the_statement_its_columns(land_it: Any) -> None:
    found = land(land_it, f"{READ},1;2,,", f"{READ},,,")
    assert [(*row[:4], row[5]) for row in found] == [
        (1, 1, "key", "1", None), (1, 2, "key", "2", None), (2, 1, "statement", None, None),
    ]  # fmt: skip
    assert len({row[4] for row in found}) == 1


def test_keys_beside_a_statement_of_two_tables_say_nothing(land_it: Any) -> None:
    found = land(land_it, "select a.email from customers a union all select b.email from customers b,1;2,,")
    assert [row[2] for row in found] == ["statement", "statement"]


def test_keys_beside_an_unreadable_statement_name_the_records_and_no_columns(land_it: Any) -> None:
    assert [(*row[2:4], row[5]) for row in land(land_it, "selekt customers,1,,")] == [
        ("key", "1", "unreadable_statement")
    ]


def test_keys_that_the_log_cut_off_say_nothing(land_it: Any) -> None:
    found = land(land_it, f"{READ},{';'.join(str(number) for number in range(60))},,", text_limit=100)
    assert [row[2] for row in found] == ["statement"]


@pytest.mark.parametrize("other", [READ, "select 1", "selekt"])
def test_a_filter_nobody_can_read_stays_so_beside_statements(land_it: Any, other: str) -> None:
    found = land(land_it, f"{other},,,", ",,crm,?", ",,crm,region=EU")
    assert [(*row[:3], row[5]) for row in found if row[0] > 1] == [
        (2, 1, "whole", "unreadable_filter"), (3, 1, "column", None),
    ]  # fmt: skip


def test_what_a_statement_says_goes_to_its_own_tables_alone(land_it: Any) -> None:
    landed = land_it(
        {"log.csv": f"time,statement,keys,resource,where\n2026-03-28T10:00:00,{READ},,,\n"}, log=LOG, crm=CRM
    )
    assert not {"reading", "verdict", "told_action", "is_unreadable"} & set(landed["events"].columns)
    assert landed["statements"].select("verdict", "is_unreadable").rows() == [("read", False)]
    assert isinstance(landed["plans"], pl.DataFrame)


WHO = {**LOG["columns"], "ip": "ip"}
LINES = "time,ip,statement,keys,resource,where\n" + "".join(
    f"2026-03-28T10:00:0{place},192.0.2.{place},{statement},,{resource},\n"
    for place, (statement, resource) in enumerate([(READ, ""), (READ, ""), ("", "crm"), ("", "crm"), ("", "crm")])
)
EVE, OURS = {"ip": ["192.0.2.0", "192.0.2.2"]}, {"ip": ["192.0.2.2", "192.0.2.3"]}


@pytest.mark.parametrize(
    ("selectors", "reaching"),
    [
        ({"intruder": [EVE], "trusted": [OURS]}, [1, 3]),
        ({"intruder": [EVE], "trusted": [OURS], "unattributed": "possible"}, [1, 2, 3, 5]),
        ({"trusted": [OURS]}, [1, 2, 5]),
        ({}, [1, 2, 3, 4, 5]),
    ],
)
def test_what_was_reached_is_found_for_events_that_may_count(land_it: Any, selectors: Any, reaching: list[int]) -> None:
    landed = land_it({"log.csv": LINES}, log={"columns": WHO}, crm=CRM, **selectors)
    assert sorted(landed["events"]["event_number"]) == [1, 2, 3, 4, 5]
    assert sorted(landed["reaches"]["event_number"]) == reaching
    assert set(landed["statements"]["event_number"]) == {1, 2} & set(reaching)


def test_the_parser_is_imported_for_statements_alone() -> None:
    script = "import sys, pipeline.run; print('sqlglot' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "False"
