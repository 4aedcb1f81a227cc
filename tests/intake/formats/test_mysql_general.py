"""MySQL's and MariaDB's general query log: entries drawn from the manual, and sessions cut anywhere."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs import mysql_general
from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.lines import check_spoilt, read_texts

HEADER = (
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
    "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\n"
    "Time                 Id Command    Argument\n"
)
ENTRIES = [
    ("20:00:01.000001", 8, "Connect", "alice@192.0.2.7 on crm using SSL/TLS"),
    ("20:00:01.000002", 8, "Query", "SELECT email\n\tFROM customers\nWHERE id = 1"),
    ("20:00:02.000000", 9, "Connect", "root@localhost on  using Socket"),
    ("20:00:03.000000", 9, "Query", "use crm"),
    ("20:00:03.500000", 9, "Query", "select * from customers"),
    ("20:00:04.000000", 8, "Prepare", "SELECT * FROM customers WHERE id = ?"),
    ("20:00:04.000001", 8, "Execute", "SELECT * FROM customers WHERE id = 2"),
    ("20:00:05.000000", 8, "Init DB", "other"),
    ("20:00:05.000001", 8, "Query", "SELECT 1"),
    ("20:00:06.000000", 8, "Quit", ""),
    ("20:00:07.000000", 8, "Query", "SELECT 2"),
    ("20:00:08.000000", 8, "Connect", "bob@shop.example on crm using TCP/IP"),
    ("20:00:09.000000", 8, "Query", "INSERT INTO notes VALUES (1)"),
]


def entry(clock: str, thread: int, command: str, argument: str) -> str:
    return f"2026-03-28T{clock}Z\t{thread:5} {command}\t{argument}"


TEXTS = [entry(*one) for one in ENTRIES]


def test_an_entry_is_of_whoever_opened_its_connection() -> None:
    rows = read_texts(mysql_general.FORMAT, TEXTS)
    assert {row["refusal"] for row in rows} == {None}
    told = [(row["principal"], row["ip"], row["database"], row["action"]) for row in rows]
    alice, root = ("alice", "192.0.2.7"), ("root", "127.0.0.1")
    assert told == [
        (*alice, "crm", "login"), (*alice, "crm", "view"),
        (*root, None, "login"), (*root, "crm", "metadata"), (*root, "crm", "view"),
        (*alice, "crm", "metadata"), (*alice, "crm", "view"), (*alice, "other", "metadata"), (*alice, "other", "view"),
        (*alice, "other", "login"), (None, "?", None, "view"),
        ("bob", "shop.example", "crm", "login"), ("bob", "shop.example", "crm", "write"),
    ]  # fmt: skip
    assert rows[1]["statement"] == "SELECT email\n\tFROM customers\nWHERE id = 1"
    assert (rows[1]["time"], rows[1]["session"], rows[1]["dialect"]) == ("2026-03-28T20:00:01.000002Z", "8", "mysql")
    assert (rows[5]["statement"], rows[6]["statement"]) == (None, "SELECT * FROM customers WHERE id = 2")


@pytest.mark.parametrize(
    ("command", "argument", "action", "outcome", "resource"),
    [
        ("Connect", "Access denied for user 'eve'@'192.0.2.9' (using password: YES)", "login", "denied", None),
        ("Query", "EXECUTE s USING @a", "metadata", None, None),
        ("Query", "/* x */ prepare s from @q", "metadata", None, None),
        ("Query", "CALL everything()", "unknown", None, None),
        ("Field List", "customers", "metadata", None, None),
        ("Binlog Dump GTID", "Log: '' Pos: 4 GTIDs: ''", "copy", None, "mysql:Binlog Dump GTID:"),
        ("Drop DB", "crm", "delete", None, None),
    ],
)
def test_commands(command: str, argument: str, action: str, outcome: str | None, resource: str | None) -> None:
    row = read_texts(mysql_general.FORMAT, [entry("20:00:00.000000", 5, command, argument)])[0]
    assert (row["action"], row["outcome"], row["resource"]) == (action, outcome, resource)
    if outcome == "denied":
        assert (row["principal"], row["ip"]) == ("eve", "192.0.2.9")


def test_a_server_that_stamps_only_the_first_entry_of_a_second(land_log: Any) -> None:
    text = (
        HEADER + "260328  9:00:05\t     8 Connect\tann@192.0.2.7 as anonymous on crm\n"
        "\t\t     8 Query\tSELECT *\nFROM customers\n"
        "260328 21:00:06\t     8 Query\tSELECT 1\n"
        "\t\t     8 Query\tSELECT 1\n"
    )
    landed = land_log(
        {"general.log": text}, format="auto", zone="Europe/Berlin", rest={"intruder": {"ip": "192.0.2.7"}}
    )
    stamps = landed["events"]["earliest_at"].dt.to_string("%H:%M:%S").to_list()
    assert stamps == ["08:00:05", "08:00:05", "20:00:06", "20:00:06"]
    assert landed["events"]["intruder_selector"].to_list() == [1, 1, 1, 1]
    assert landed["rejects"].height == 0
    continued = land_log({"general.log": "\t\t    8 Query\tSELECT 1\n" + text}, format="mysql_general")
    assert continued["rejects"].select("line", "reason").rows() == [(1, "unreadable time")]


def test_who_it_was_is_known_wherever_the_log_is_cut(land_log: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(3)
    whole = "".join(text + "\n" for text in TEXTS)
    selectors = {"intruder": [{"principal": "alice"}, {"ip": "203.0.113.1"}]}

    def judged(files: dict[str, str]) -> list[tuple[Any, ...]]:
        landed = land_log(files, format="mysql_general", path=list(files), rest=selectors)["events"]
        return landed.select("earliest_at", "intruder_selector", "has_unreadable_address").sort("earliest_at").rows()

    expected = judged({"a.log": HEADER + whole})
    assert [row[1] for row in expected].count(1) == 7
    assert [row[2] for row in expected].count(True) == 3, "a name, twice, and a session nobody opened"
    for _ in range(3):
        cut = draw.randrange(1, len(TEXTS))
        first, second = ("".join(text + "\n" for text in part) for part in (TEXTS[:cut], TEXTS[cut:]))
        assert judged({"a.log": HEADER + first, "b.log": second}) == expected
        assert judged({"a.log": second, "b.log": HEADER + first}) == expected
    monkeypatch.setattr("pipeline.intake.lines._READ_BYTES", 64)
    monkeypatch.setattr("pipeline.intake.lines.BLOCK_BYTES", 128)
    assert judged({"a.log": HEADER + whole}) == expected


def test_it_is_claimed_alone_and_nothing_spoils_it() -> None:
    assert claimants(Sample([*HEADER.splitlines(), *"\n".join(TEXTS).splitlines()])) == ["mysql_general"]
    assert claimants(Sample("\n".join(TEXTS).splitlines())) == ["mysql_general"]
    assert claimants(Sample(["2026-03-28T20:00:00.000000Z 0 [System] [MY-010116] [Server] starting"])) == []
    check_spoilt(mysql_general.FORMAT, TEXTS)


def test_nobody_known_is_a_question_whatever_the_selectors_ask(land_log: Any) -> None:
    orphan = entry("20:00:00.000000", 5, "Query", "SELECT 1") + "\n"
    landed = land_log({"g.log": orphan}, format="mysql_general", rest={"intruder": {"principal": "alice"}})
    assert landed["events"]["has_unreadable_address"].to_list() == [True]
    assert landed["events"].filter(pl.col("intruder_selector").is_not_null()).height == 0
