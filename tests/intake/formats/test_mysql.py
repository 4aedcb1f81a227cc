"""Audit logs of MariaDB and MySQL: records drawn from their documentation, and records gone wrong."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs import mariadb_audit, mysql_audit
from pipeline.intake.logs.formats import Options, Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.lines import check_spoilt, read_texts

QUERY = r"20260328 20:00:05,db1,alice,192.0.2.7,8,27,QUERY,crm,'SELECT * FROM customers\n WHERE name = \'O, B\'',0"
READ = "20260328 20:00:05,db1,alice,192.0.2.7,8,27,READ,crm,customers,"


def one(text: str, **options: Any) -> dict[str, Any]:
    return read_texts(mariadb_audit.FORMAT, [text], **options)[0]


def record(**changed: Any) -> dict[str, Any]:
    made = {
        "timestamp": "2026-03-28 20:00:05", "id": 3, "class": "general", "event": "status", "connection_id": 12,
        "account": {"user": "alice", "host": "localhost"}, "login": {"user": "alice", "os": "", "ip": "192.0.2.7", "proxy": ""},
        "general_data": {"command": "Query", "sql_command": "select", "query": "SELECT 1", "status": 0},
    } | changed  # fmt: skip
    frame = pl.DataFrame({"line": [1], "text": [json.dumps(made)]})
    return mysql_audit.read(frame, Options()).to_dicts()[0]


def test_a_query_of_mariadb() -> None:
    row = one(QUERY)
    assert (row["refusal"], row["time"], row["action"], row["outcome"]) == (
        None,
        "2026-03-28T20:00:05.000000",
        "view",
        "succeeded",
    )
    assert row["statement"] == "SELECT * FROM customers\n WHERE name = 'O, B'"
    assert (row["principal"], row["ip"], row["session"], row["database"]) == ("alice", "192.0.2.7", "8", "crm")
    assert one(QUERY.replace("192.0.2.7", "192.0.2.7:5123"))["ip"] == "192.0.2.7"
    assert one(QUERY + ",")["refusal"] is None


def test_a_read_of_a_table_belongs_to_its_query() -> None:
    rows = read_texts(mariadb_audit.FORMAT, [READ + "0", READ.replace(",27,", ",28,") + "0", QUERY])
    assert [(row["action"], row["resource"]) for row in rows] == [
        ("metadata", "crm.customers"), ("view", "crm.customers"), ("view", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "outcome"), [("0", "succeeded"), ("1142", "denied"), ("1317", "aborted"), ("1064", "failed")]
)
def test_codes_of_return(code: str, outcome: str) -> None:
    assert one(QUERY.removesuffix("0") + code)["outcome"] == outcome
    told = record(general_data={"command": "Query", "query": "SELECT 1", "status": int(code)})
    assert told["outcome"] == outcome


@pytest.mark.parametrize(
    ("operation", "action"), [("CONNECT", "login"), ("WRITE", "write"), ("DROP", "delete"), ("SOMETHING", "unknown")]
)
def test_other_operations(operation: str, action: str) -> None:
    assert one(f"20260328 20:00:05,db1,alice,192.0.2.7,8,0,{operation},crm,,0")["action"] == action


def test_records_of_mysql() -> None:
    row = record()
    assert (row["refusal"], row["time"], row["ip"]) == (None, "2026-03-28T20:00:05.000000Z", "192.0.2.7")
    assert (row["action"], row["statement"], row["dialect"]) == ("view", "SELECT 1", "mysql")
    data = {"db": "crm", "table": "customers", "query": "SELECT * FROM v", "sql_command": "select"}
    row = record(**{"class": "table_access", "event": "read", "general_data": {}, "table_access_data": data})
    assert (row["action"], row["resource"], row["statement"]) == ("view", "crm.customers", "SELECT * FROM v")
    assert record(**{"class": "connection", "event": "connect", "general_data": {}})["action"] == "login"
    assert record(general_data={"command": "Prepare", "query": "SELECT 1", "status": 0})["statement"] is None
    started = record(
        **{
            "class": "query",
            "event": "query_start",
            "general_data": {},
            "query_data": {"query": "SELECT 1", "status": 0},
        }
    )
    assert (started["statement"], started["action"]) == (None, "metadata")
    assert record(timestamp="yesterday")["refusal"] == "unreadable time"


def test_files_land_and_are_claimed_alone(land_log: Any) -> None:
    landed = land_log({"server_audit.log": f"{QUERY}\n{READ}0\n"}, format="auto", zone="Europe/Berlin")
    assert landed["events"]["earliest_at"].dt.to_string("%H:%M").to_list() == ["19:00", "19:00"]
    assert claimants(Sample([QUERY, READ + "0"], None, QUERY.split(","))) == ["mariadb_audit"]
    made = {"timestamp": "2026-03-28 20:00:05", "id": 0, "class": "audit", "event": "startup"}
    assert claimants(Sample([json.dumps(made)], made)) == ["mysql_audit"]


def test_spoilt_lines() -> None:
    check_spoilt(mariadb_audit.FORMAT, [QUERY, READ + "0"])
