"""Snowflake: rows of the query history and of the access history."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.json_records import read_one, read_with, withstand


def query(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "QUERY_ID": "q-1", "QUERY_TEXT": text, "DATABASE_NAME": "CRM", "SCHEMA_NAME": "PUBLIC", "QUERY_TYPE": kind,
        "SESSION_ID": "123", "USER_NAME": "ANN", "ROLE_NAME": "ANALYST", "WAREHOUSE_NAME": "WH", "EXECUTION_STATUS": "SUCCESS",
        "START_TIME": "2026-03-28 21:00:05.123 +0000", "ROWS_PRODUCED": 7, "BYTES_WRITTEN_TO_RESULT": 99, **more,
    }  # fmt: skip


def accessed(name: str, *columns: str, domain: str = "Table") -> dict[str, Any]:
    return {
        "objectDomain": domain,
        "objectName": name,
        "objectId": 1,
        "columns": [{"columnId": 1, "columnName": c} for c in columns],
    }


def access(base: list[Any], direct: list[Any] | None = None) -> dict[str, Any]:
    return {
        "QUERY_ID": "q-1", "QUERY_START_TIME": "2026-03-28 21:00:05.123 +0000", "USER_NAME": "ANN",
        "DIRECT_OBJECTS_ACCESSED": json.dumps(direct or []), "BASE_OBJECTS_ACCESSED": json.dumps(base),
        "OBJECTS_MODIFIED": "[]",
    }  # fmt: skip


CUSTOMERS = accessed("CRM.PUBLIC.CUSTOMERS", "EMAIL", "NAME")
VIEW = accessed("CRM.PUBLIC.V_CUSTOMERS", "EMAIL", domain="View")
READS: list[tuple[dict[str, Any], str, str | None, dict[str, str]]] = [
    (query("SELECT", "select email from customers"), "search", "snowflake:SELECT:",
     {"statement": "select email from customers", "dialect": "snowflake", "rows": "7"}),
    (query("UNLOAD", "copy into @s from customers", ROWS_UNLOADED=12), "export", "snowflake:UNLOAD:",
     {"statement": "copy into @s from customers", "dialect": "snowflake", "rows": "12"}),
    (query("CREATE_TABLE_AS_SELECT", "create table x as select * from c"), "copy", "snowflake:CREATE_TABLE_AS_SELECT:",
     {"statement": "create table x as select * from c", "dialect": "snowflake", "rows": "7"}),
    (query("INSERT", "insert into x select * from c"), "copy", "snowflake:INSERT:",
     {"statement": "insert into x select * from c", "dialect": "snowflake", "rows": "7"}),
    (query("CREATE_TABLE", "create table x clone c"), "copy", "snowflake:CREATE_TABLE:",
     {"statement": "create table x clone c", "dialect": "snowflake", "rows": "7"}),
    (query("INSERT", "insert into x values (1)"), "write", None, {"rows": "7"}),
    (query("SHOW", "show tables"), "metadata", None, {"rows": "7"}),
    (query("DELETE", "delete from c"), "delete", None, {"rows": "7"}),
    (access([CUSTOMERS], [VIEW]), "search", "CRM.PUBLIC.CUSTOMERS", {"columns": '["EMAIL", "NAME"]', "filters": "?"}),
    (access([], [VIEW]), "search", "CRM.PUBLIC.V_CUSTOMERS", {"columns": '["EMAIL"]', "filters": "?"}),
    (access([CUSTOMERS, accessed("CRM.PUBLIC.ORDERS")]), "search", '["CRM.PUBLIC.CUSTOMERS", "CRM.PUBLIC.ORDERS"]',
     {"filters": "?"}),
    (access([accessed("CRM.PUBLIC.S", domain="Stage")]), "search", "snowflake://stage/CRM.PUBLIC.S", {"filters": "?"}),
    (access([]), "metadata", None, {}),
    ({**query("SELECT", "select 1"), **access([CUSTOMERS])}, "search", "CRM.PUBLIC.CUSTOMERS",
     {"statement": "select 1", "dialect": "snowflake", "rows": "7"}),
]  # fmt: skip
SAID = ("columns", "filters", "rows", "statement", "dialect")


@pytest.mark.parametrize("number", range(len(READS)))
def test_what_a_row_says_was_read(number: int) -> None:
    one, action, resource, more = READS[number]
    found = read_one("snowflake", one)
    assert (found["action"], found.get("resource"), {role: found[role] for role in SAID if role in found}) == (
        action, resource, more,
    )  # fmt: skip


def test_who_it_was_and_how_it_ended() -> None:
    expected = {
        "time": "2026-03-28 21:00:05.123 +0000", "event_id": "q-1", "principal": "ANN", "session": "123", "role": "ANALYST",
        "warehouse": "WH", "database": "CRM.PUBLIC", "bytes": "99", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("snowflake", query("SELECT", "select 1"))
    assert {role: found.get(role) for role in expected} == expected
    assert (
        read_one("snowflake", query("SELECT", "select 1", EXECUTION_STATUS="FAILED_WITH_ERROR"))["outcome"] == "failed"
    )


def test_lower_case_and_nested_rows_mean_the_same() -> None:
    lower = {key.lower(): value for key, value in access([CUSTOMERS]).items()}
    nested = {key: json.loads(value) if value[:1] == "[" else value for key, value in access([CUSTOMERS]).items()}
    assert read_one("snowflake", lower) == read_one("snowflake", nested) == read_one("snowflake", access([CUSTOMERS]))
    assert claimants(Sample(object=lower)) == claimants(Sample(header=list(query("", "")))) == ["snowflake"]


def test_an_exported_history_lands(land_log: Any) -> None:
    import polars as pl

    routes = {"routes": [{"resource": "CRM.PUBLIC.CUSTOMERS", "dataset": "crm"}]}
    landed = land_log({"access.csv": pl.DataFrame([access([CUSTOMERS])]).write_csv()}, format="auto", rest=routes)
    assert landed["reaches"].select("dataset", "inexact_reason").rows() == [("crm", "unreadable_filter")]


def test_damaged_rows_cost_themselves_and_nothing_else() -> None:
    withstand("snowflake", [one for one, *_ in READS], rounds=20)
    assert read_with("snowflake", [{}])["refusal"].to_list() == ["not a row of a query or access history"]
