"""An intruder in two databases, told by PostgreSQL's log with pgaudit and MySQL's audit log, through `scope run`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.why_not import why_not

INTRUDER, OWN = "203.0.113.7", "198.51.100.2"
CUSTOMERS = """id,email,name,region
1,ann@mail.example,Ann,EU
2,bob@mail.example,Bob,US
3,cy@mail.example,Cy,EU
4,di@mail.example,Di,APAC
5,eve@mail.example,Eve,APAC
6,fay@mail.example,Fay,APAC
7,gil@mail.example,Gil,APAC
8,hal@mail.example,Hal,APAC
"""
ORDERS = """order_id,customer,address
o1,1,1 High Street
o2,2,2 High Street
o3,3,3 High Street
"""
# Clock, address, message.
POSTGRES = [
    ("10:00:00.100", INTRUDER,
     "AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.customers,\"select email, name from customers where region = 'EU'\",<none>,2"),
    ("10:01:00.000", INTRUDER, "execute <unnamed>: select email from crm.customers where id = $1\nDETAIL: $1 = '2'"),
    ("10:02:00.000", INTRUDER, "statement: declare c cursor for select email from customers order by id desc"),
    ("10:02:00.100", INTRUDER, "statement: fetch 2 from c"),
    ("10:02:00.200", INTRUDER, "statement: move 1 in c"),
    ("10:02:00.300", INTRUDER, "statement: fetch 1 from c"),
    ("10:03:00.000", INTRUDER, "statement: select count(*) from customers where id = 6"),
    ("10:04:00.000", INTRUDER, "statement: begin; select name from customers where id = 2; rollback"),
    ("10:05:00.000", INTRUDER, "AUDIT: SESSION,9,1,READ,SELECT,TABLE,crm.customers,select email from customers where id = 1,<none>,3"),
    ("10:06:00.000", OWN, "statement: select * from customers"),
]  # fmt: skip
MYSQL = [
    ("11:00:00", INTRUDER, "select address from shop.orders where customer = 1", 0),
    ("11:01:00", INTRUDER, "select address from orders where soundex(address) = 'x' and order_id = 'o3'", 0),
    ("11:02:00", INTRUDER, "select address from orders where order_id = 'o2'", 1142),
    ("11:03:00", INTRUDER, "handler (((", 0),
]
INCIDENT: dict[str, Any] = {
    "incident": {"id": "databases", "window": "2026-03-28/2026-03-28"},
    "intruder": [{"ip": INTRUDER}],
    "logs": {
        "pg": {"path": "postgresql.log", "format": "postgres", "pattern": "%m [%p] %c %h %u@%d ", "coverage": "complete"},
        "my": {"path": "audit.json", "format": "mysql_audit", "coverage": "complete"},
    },
    "datasets": {
        "crm": {
            "path": "customers.csv", "role": "crm", "key": "id", "brand": "Acme", "table": "crm.customers",
            "types": {"id": "number"}, "columns": {"email": "email", "name": "first_name"},
        },
        "shop": {
            "path": "orders.csv", "role": "crm", "key": "order_id", "brand": "Acme", "table": "shop.orders",
            "types": {"customer": "number"}, "columns": {"address": "postal_address"},
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("databases")
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)
    (folder / "postgresql.log").write_text("".join(_entry(*entry) for entry in POSTGRES))
    (folder / "audit.json").write_text(json.dumps([_record(*record) for record in enumerate(MYSQL)]))
    (folder / "incident.yaml").write_text(json.dumps(INCIDENT))
    command = [sys.executable, "-m", "pipeline", "run", "--quiet", "--incident", str(folder / "incident.yaml")]
    done = subprocess.run([*command, "--out", str(folder / "out")], capture_output=True, text=True, check=False)
    assert done.returncode == 10, done.stderr
    assert "CUSTOMER DATA WAS READ." in done.stdout
    return folder


def _entry(clock: str, address: str, message: str) -> str:
    head = f"2026-03-28 {clock} UTC [77] 64a1.77 {address} app@crm "
    first, _, detail = message.partition("\nDETAIL: ")
    more = f"{head}DETAIL:  parameters: {detail}\n" if detail else ""
    return f"{head}LOG:  {first}\n{more}"


def _record(place: int, entry: tuple[str, str, str, int]) -> dict[str, Any]:
    clock, address, query, status = entry
    return {
        "timestamp": f"2026-03-28 {clock}", "id": place, "class": "general", "event": "status", "connection_id": 12,
        "account": {"user": "app", "host": "x"}, "login": {"user": "app", "os": "", "ip": address, "proxy": ""},
        "general_data": {"command": "Query", "sql_command": "select", "query": query, "status": status},
    }  # fmt: skip


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / "out" / "latest" / f"{name}.parquet").to_pylist()  # type: ignore[no-any-return]


def test_exposed_records_are_those_that_the_statements_gave(run: Path) -> None:
    found = {(row["dataset"], row["record_key"]): row for row in table(run, "exposed_records")}
    told = {key: (row["grade"], tuple(sorted(row["fields"]))) for key, row in found.items()}
    assert told == {
        ("crm", "1"): ("confirmed", ("email", "first_name")),
        ("crm", "2"): ("confirmed", ("email", "first_name")),  # its name in a transaction that was rolled back
        ("crm", "3"): ("confirmed", ("email", "first_name")),
        ("crm", "8"): ("confirmed", ("email",)),
        ("crm", "7"): ("confirmed", ("email",)),
        ("crm", "5"): ("confirmed", ("email",)),  # the cursor was moved past 6, which was only counted
        ("shop", "o1"): ("confirmed", ("postal_address",)),
        ("shop", "o3"): ("likely", ("postal_address",)),  # its condition cannot be worked out
    }


def test_accesses_say_how_many_rows_were_logged_and_derived(run: Path) -> None:
    counted = [row for row in table(run, "accesses") if row["logged_row_count"] is not None]
    numbers = sorted((row["logged_row_count"], row["derived_record_count"]) for row in counted)
    assert numbers == [(2, 2), (3, 1)]
    assert {row["reach_kind"] for row in table(run, "accesses")} == {"statement"}
    assert {row["access"] for row in table(run, "exposed_records")} == {"viewed"}


def test_what_remains_open(run: Path) -> None:
    kinds = {(row["kind"], row["about"]) for row in table(run, "open_questions")}
    assert ("row_count_mismatch", "pg") in kinds
    assert ("unreadable_statement", "my") in kinds
    assert [row["reason"] for row in table(run, "unresolved")] == ["unreadable_statement"]


def test_evidence_names_the_line_of_each_record(run: Path) -> None:
    events = {row["event_id"]: row["line"] for row in table(run, "accesses") if row["log"] == "pg"}
    sets = table(run, "evidence")
    lines = {events[row["event_id"]]: row["delivered_columns"] for row in sets if row["event_id"] in events}
    assert lines[1] == ["email:clear:email", "first_name:clear:name"]
    assert lines[2] == ["email:clear:email"]  # the line of the statement, whose values stand in the next
    assert 4 not in lines  # a declared cursor gives nothing before it is fetched from
    assert {5, 7, 9, 10} <= set(lines)


def test_why_not_replays_statements_on_all_records(run: Path) -> None:
    """Alone in the table, record 6 would be the first of any order."""
    (record,) = why_not(run / "incident.yaml", run / "out" / "latest", "crm:6", lambda *_: None)["records"]
    near = {event["verdict"]: event["count"] for event in record["events"]}
    assert record["is_listed"] is False
    assert "reached" not in near
    assert near["unattributed"] == 1  # our own read of everything
