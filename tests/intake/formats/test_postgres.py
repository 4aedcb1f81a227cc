"""PostgreSQL's logs in their three forms: other hands' audit payloads, and lines drawn from the documentation."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake.databases.pgaudit import read_payloads
from pipeline.intake.logs import postgres, postgres_csv
from pipeline.intake.logs.formats import Options, Sample
from pipeline.intake.logs.registry import claimants
from pipeline.intake.rows import cell_name
from tests.intake.formats.conformance import Comparison
from tests.intake.formats.lines import check_spoilt, read_texts, spoil, vectors

DEBIAN = "2026-03-28 20:00:05.123 UTC [4711] alice@crm "
SELECT = "SELECT email FROM customers WHERE id = 7"


def one(message: str, prefix: str = DEBIAN, **options: Any) -> dict[str, Any]:
    return read_texts(postgres.FORMAT, [prefix + message], **options)[0]


def csv_row(message: str, severity: str = "LOG", **changed: str | None) -> dict[str, Any]:
    values = dict.fromkeys(postgres_csv.NAMES, "") | {
        "log_time": "2026-03-28 20:00:05.123 UTC", "user_name": "alice", "database_name": "crm", "message": message,
        "connection_from": "192.0.2.7:51234", "session_id": "6601.4d2", "session_line_num": "3", "error_severity": severity,
    } | changed  # fmt: skip
    frame = pl.DataFrame({"line": [1], **{cell_name(name): [value] for name, value in values.items()}})
    return postgres_csv.read(frame, Options()).to_dicts()[0]


def compare_pgaudit() -> Comparison:
    found = vectors("sql/pgaudit_audit_lines.first120.jsonl")
    read = read_payloads(pl.Series([vector["raw"] for vector in found])).to_dicts()
    pairs = [
        (row[name], value) for row, vector in zip(read, found, strict=True) for name, value in vector["fields"].items()
    ]
    return Comparison("postgres", "pgaudit", len(found), len(pairs), sum(ours == theirs for ours, theirs in pairs))


def test_audit_payloads_of_other_hands() -> None:
    found = compare_pgaudit()
    assert (found.record_count, found.compared_count, found.equal_count) == (120, 1080, 1080)


def test_audit_payloads_are_reads_by_their_class() -> None:
    actions = {
        row["raw"]: one("LOG:  " + row["raw"])["action"] for row in vectors("sql/pgaudit_audit_lines.first120.jsonl")
    }
    kinds = {(raw.split(",")[3], raw.split(",")[4]): action for raw, action in actions.items()}
    assert {action for pair, action in kinds.items() if pair[0] == "READ"} == {"view"}
    assert kinds["MISC", "EXECUTE"] == kinds["MISC", "FETCH"] == "view"
    assert {action for pair, action in kinds.items() if pair[0] in ("ROLE", "DDL")} == {"metadata"}
    assert {action for pair, action in kinds.items() if pair[0] == "FUNCTION"} == {"unknown"}
    assert {action for pair, action in kinds.items() if pair[0] == "WRITE"} == {"write"}


@pytest.mark.parametrize(
    ("message", "action", "statement"),
    [
        (f"LOG:  statement: {SELECT};", "view", f"{SELECT};"),
        (f"LOG:  execute <unnamed>: {SELECT}", "view", SELECT),
        (f"LOG:  execute S_1/C_2: {SELECT}", "view", SELECT),
        (f"LOG:  execute fetch from S_1/C_2: {SELECT}", "view", SELECT),
        (f"LOG:  duration: 12.5 ms  statement: {SELECT}", "view", SELECT),
        (f"LOG:  duration: 0.1 ms  parse <unnamed>: {SELECT}", "metadata", None),
        (f"LOG:  duration: 0.1 ms  bind <unnamed>: {SELECT}", "metadata", None),
        (f"LOG:  duration: 9.1 ms  execute <unnamed>: {SELECT}", "view", SELECT),
        ("LOG:  duration: 9.1 ms", "metadata", None),
        ("LOG:  statement: /* app */ COPY customers TO STDOUT", "export", "/* app */ COPY customers TO STDOUT"),
        ("LOG:  statement: UPDATE customers SET x = 1", "write", "UPDATE customers SET x = 1"),
        ("LOG:  statement: begin", "metadata", "begin"),
        ("LOG:  connection authorized: user=alice database=crm", "login", None),
        ("LOG:  checkpoint starting: time", "metadata", None),
        ("LOG:  AUDIT: SESSION,1,1,READ,SELECT", "unknown", None),
        (f"LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,{SELECT},<none>,42", "view", SELECT),
    ],
)
def test_messages(message: str, action: str, statement: str | None) -> None:
    row = one(message)
    assert (row["refusal"], row["action"], row["statement"]) == (None, action, statement)
    assert row["dialect"] == (None if statement is None else "postgres")


def test_rows_and_objects_of_audit_payloads() -> None:
    row = one(f"LOG:  AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.customers,{SELECT},<none>,42")
    assert (row["rows"], row["resource"], row["database"]) == ("42", "crm.public.customers", "crm")
    row = one('LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,SELECT $1,"1,""a,b"""')
    assert json.loads(row["parameters"]) == ["1", "a,b"]
    assert one("LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,SELECT $1,<long param suppressed>")["parameters"] is None


def test_a_statement_logged_before_is_found_in_its_session() -> None:
    first = f'{DEBIAN}LOG:  AUDIT: OBJECT,5,1,READ,SELECT,TABLE,public.a,"SELECT * FROM a, b",<none>'
    again = f"{DEBIAN}LOG:  AUDIT: OBJECT,5,1,READ,SELECT,TABLE,public.b,<previously logged>,<previously logged>"
    other = again.replace("[4711]", "[99]")
    rows = read_texts(postgres.FORMAT, [first, other, again])
    assert [row["statement"] for row in rows] == ["SELECT * FROM a, b", None, "SELECT * FROM a, b"]
    assert [(row["action"], row["resource"]) for row in rows] == [
        ("view", "crm.public.a"), ("unknown", "crm.public.b"), ("view", "crm.public.b"),
    ]  # fmt: skip


def test_entries_of_several_lines() -> None:
    text = (
        f"{DEBIAN}LOG:  execute <unnamed>: SELECT *\n\t  FROM customers\n\t WHERE id = $1\n"
        f"{DEBIAN}DETAIL:  Parameters: $1 = 'O''Brien', $2 = NULL"
    )
    row = read_texts(postgres.FORMAT, [text])[0]
    assert row["statement"] == "SELECT *\n  FROM customers\n WHERE id = $1"
    assert json.loads(row["parameters"]) == ["O'Brien", None]
    foreign = text.replace(f"{DEBIAN}DETAIL", f"{DEBIAN.replace('4711', '99')}DETAIL")
    assert read_texts(postgres.FORMAT, [foreign])[0]["parameters"] is None
    clipped = text.replace("O''Brien'", "O''Br...'")
    assert read_texts(postgres.FORMAT, [clipped])[0]["parameters"] is None


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("ERROR:  permission denied for table customers", "denied"),
        ("ERROR:  canceling statement due to user request", "aborted"),
        ("FATAL:  connection to client lost", "aborted"),
        ('ERROR:  column "x" does not exist', "failed"),
        ("LOG:  statement: SELECT 1", "succeeded"),
    ],
)
def test_outcomes(message: str, outcome: str) -> None:
    row = read_texts(postgres.FORMAT, [f"{DEBIAN}{message}\n{DEBIAN}STATEMENT:  {SELECT}"])[0]
    assert row["outcome"] == outcome
    assert row["statement"] == ("SELECT 1" if outcome == "succeeded" else SELECT)


def test_durations_lead_back_to_the_start() -> None:
    assert one(f"LOG:  duration: 1123.000 ms  statement: {SELECT}")["time"] == "2026-03-28T20:00:04.000000Z"
    assert one(f"LOG:  statement: {SELECT}")["time"] == "2026-03-28T20:00:05.123000Z"


@pytest.mark.parametrize(
    ("stamp", "iso"),
    [
        ("2026-03-28 20:00:05.123 UTC", "2026-03-28T20:00:05.123000Z"),
        ("2026-03-28 21:00:05 CET", "2026-03-28T20:00:05.000000Z"),
        ("2026-03-29 21:00:05 CEST", "2026-03-29T19:00:05.000000Z"),
        ("2026-03-28 23:00:05 +03", "2026-03-28T20:00:05.000000Z"),
        ("2026-03-28 23:00:05 IST", "2026-03-28T23:00:05.000000"),
    ],
)
def test_zones(stamp: str, iso: str) -> None:
    assert csv_row("statement: SELECT 1", log_time=stamp)["time"] == iso


def test_prefixes() -> None:
    rds = "2026-03-28 20:00:05 UTC:192.0.2.7(51234):alice@crm:[4711]:"
    row = one("LOG:  statement: SELECT 1", prefix=rds)
    assert (row["ip"], row["principal"], row["database"], row["session"]) == ("192.0.2.7", "alice", "crm", "4711")
    plain = one("LOG:  statement: SELECT 1", prefix="2026-03-28 20:00:05.123 UTC [4711] ")
    assert (plain["refusal"], plain["principal"]) == (None, None)
    own = one("LOG:  statement: SELECT 1", prefix="1774728005.123 6601.4d2:7 app one|alice ", pattern="%n %c:%l %a|%u ")
    assert (own["time"], own["event_id"], own["application"]) == (
        "2026-03-28T20:00:05.123000Z",
        "6601.4d2:7",
        "app one",
    )
    with pytest.raises(ConfigurationError):
        one("LOG:  x", pattern="%u@%d ")


def test_csv_rows_of_every_version() -> None:
    row = csv_row(f"execute <unnamed>: {SELECT}", detail="parameters: $1 = 'x'")
    assert (row["statement"], row["ip"], row["event_id"]) == (SELECT, "192.0.2.7", "6601.4d2:3")
    assert row["parameters"] == '["x"]'
    old = csv_row("statement: SELECT 1", backend_type=None, leader_pid=None, query_id=None)
    assert (old["refusal"], old["action"]) == (None, "view")
    assert csv_row("x", connection_from="[local]")["ip"] is None
    assert csv_row("permission denied for table a", severity="ERROR", query=SELECT)["statement"] == SELECT


def test_files_of_each_form_land(land_log: Any) -> None:
    row = '2026-03-28 20:00:05.123 UTC,"alice","crm",4711,"192.0.2.7:5","6601.4d2",1,"SELECT",2026-03-28 20:00:00 UTC,3/4,0,LOG,00000,"statement: SELECT *\n FROM customers",,,,,,,,,"psql"'
    later = row.replace('4d2",1', '4d2",2') + ',"client backend",,-42'
    text = f"{DEBIAN}LOG:  statement: SELECT 1\n\t, 2\n{DEBIAN}LOG:  connection authorized: user=alice\n"
    entry = {"timestamp": "2026-03-28 20:00:05.123 UTC", "user": "alice", "dbname": "crm", "error_severity": "LOG",
             "session_id": "6601.4d2", "line_num": 3, "message": f"statement: {SELECT}", "backend_type": "client backend"}  # fmt: skip
    for name, content, count in (
        ("a.csv", f"{row}\n{row.replace('2d2', '2d3')}\n", 2), ("b.csv", f"{later}\n", 1), ("c.log", text, 2),
        ("d.json", json.dumps(entry) + "\n", 1),
    ):  # fmt: skip
        landed = land_log({name: content}, format="auto")
        assert landed["events"].height == count, name
        assert landed["events"]["earliest_at"].dt.to_string("%H:%M:%S%.3f").to_list()[0] == "20:00:05.123"


def test_each_file_is_claimed_by_its_own_form_alone() -> None:
    row = '2026-03-28 20:00:05.123 UTC,"a","b",1,"192.0.2.7:5","6601.4d2",1,"x",2026-03-28 20:00:00 UTC,3/4,0,LOG,00000,"m",,,,,,,,,""'
    assert claimants(Sample([row], None, row.split(","))) == ["postgres_csv"]
    assert claimants(Sample([f"{DEBIAN}LOG:  statement: SELECT 1"])) == ["postgres"]
    entry = {"timestamp": "x", "error_severity": "LOG", "message": "m", "backend_type": "b"}
    assert claimants(Sample([json.dumps(entry)], entry)) == ["postgres_json"]


def test_spoilt_entries() -> None:
    lines = [
        f"{DEBIAN}LOG:  execute <unnamed>: {SELECT}\n{DEBIAN}DETAIL:  parameters: $1 = 'x', $2 = NULL",
        f'{DEBIAN}LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,"SELECT *\n\tFROM a",<none>',
    ]
    check_spoilt(postgres.FORMAT, lines)
    check_spoilt(postgres.FORMAT, [line.replace(DEBIAN, "alice 1774728005.123 ") for line in lines], pattern="%u %n ")
    for message in spoil([line.removeprefix(f"{DEBIAN}LOG:  ") for line in lines], 1, 200):
        assert csv_row(message)["refusal"] is None
