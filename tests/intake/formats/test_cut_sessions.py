"""Sessions of database servers that are cut between batches or files: what an entry means must not change (law 3)."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs import mariadb_audit, postgres, postgres_csv, postgres_json
from pipeline.intake.logs.formats import Format, Options
from pipeline.intake.rows import cell_name

AUDITED = [
    (
        "20:00:00.100",
        "64a1.1",
        'AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.customers,"SELECT * FROM customers",<none>',
    ),
    ("20:00:00.200", "64a1.2", "AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.notes,INSERT INTO notes SELECT 1,<none>"),
    ("20:00:00.300", "64a1.1", "AUDIT: SESSION,1,2,READ,SELECT,TABLE,public.orders,<previously logged>,<none>"),
    ("20:00:00.400", "64a1.1", "AUDIT: SESSION,2,1,READ,SELECT,TABLE,public.a,SELECT * FROM a,<none>"),
    ("20:00:00.500", "64a1.2", "AUDIT: SESSION,1,2,READ,SELECT,TABLE,public.b,<previously logged>,<none>"),
    ("20:00:00.600", "64a1.3", "AUDIT: SESSION,1,2,READ,SELECT,TABLE,public.c,<previously logged>,<none>"),
    ("20:00:00.700", "64a1.1", "AUDIT: SESSION,2,2,READ,SELECT,TABLE,public.d,<previously logged>,<none>"),
]
PREFIX = "%m [%p] %c %u@%d "
OPERATIONS = [
    "20260328 20:00:05,db1,alice,192.0.2.7,8,27,READ,crm,customers,",
    "20260328 20:00:05,db1,alice,192.0.2.7,9,28,READ,crm,orders,",
    "20260328 20:00:05,db1,alice,192.0.2.7,8,27,READ,crm,notes,",
    "20260328 20:00:06,db1,alice,192.0.2.7,8,27,QUERY,crm,'SELECT * FROM customers',0",
    "20260328 20:00:07,db1,alice,192.0.2.7,9,29,QUERY,crm,'SELECT 1',0",
    "20260330 20:00:07,db1,alice,192.0.2.7,9,28,QUERY,crm,'SELECT after a restart',0",
]


def of_texts(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"line": range(len(texts)), "text": texts}, schema={"line": pl.Int64, "text": pl.String})


def of_text() -> pl.DataFrame:
    return of_texts([f"2026-03-28 {at} UTC [77] {name} ann@crm LOG:  {said}" for at, name, said in AUDITED])


def of_objects() -> pl.DataFrame:
    return of_texts([
        json.dumps({"timestamp": f"2026-03-28 {at} UTC", "user": "ann", "dbname": "crm", "session_id": name,
                    "error_severity": "LOG", "message": said, "backend_type": "client backend"})
        for at, name, said in AUDITED
    ])  # fmt: skip


def of_rows() -> pl.DataFrame:
    held = {"log_time": 0, "session_id": 1, "message": 2}
    cells = {
        name: [(f"2026-03-28 {row[0]} UTC", *row[1:])[held[name]] if name in held else "" for row in AUDITED]
        for name in postgres_csv.NAMES
    }
    columns = [pl.Series(cell_name(name), texts, dtype=pl.String) for name, texts in cells.items()]
    return pl.DataFrame([pl.Series("line", range(len(AUDITED)), dtype=pl.Int64), *columns])


def read_in_parts(made: Format, parts: list[pl.DataFrame], options: Options) -> dict[int, tuple[Any, ...]]:
    """Read a log whose batches are these, whichever files they stand in."""

    def records() -> Iterator[pl.DataFrame]:
        return iter(parts)

    assert made.survey is not None
    known = replace(options, known=made.survey(records, options))
    read = pl.concat([made.read(part, known) for part in parts])
    return {row[0]: row[1:] for row in read.select("line", "refusal", "action", "statement", "resource").rows()}


LOGS = {
    "postgres": (postgres.FORMAT, of_text, Options(PREFIX), ["SELECT * FROM customers", "INSERT INTO notes SELECT 1"]),
    "postgres_json": (postgres_json.FORMAT, of_objects, Options(), ["SELECT * FROM a"]),
    "postgres_csv": (postgres_csv.FORMAT, of_rows, Options(), ["SELECT * FROM a"]),
    "mariadb_audit": (mariadb_audit.FORMAT, lambda: of_texts(OPERATIONS), Options(), ["SELECT * FROM customers"]),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_cut_session_means_the_same(name: str) -> None:
    made, make, options, statements = LOGS[name]
    frame, draw = make(), random.Random(name)
    whole = read_in_parts(made, [frame], options)
    assert {row[0] for row in whole.values()} == {None}
    assert set(statements) <= {row[2] for row in whole.values()}
    for _ in range(12):
        cuts = sorted(draw.sample(range(1, frame.height), draw.randrange(1, 4)))
        parts = [frame[start:end] for start, end in zip([0, *cuts], [*cuts, frame.height], strict=True)]
        draw.shuffle(parts)
        assert read_in_parts(made, parts, options) == whole


def test_what_a_payload_refers_to_and_what_a_read_belongs_to() -> None:
    told = read_in_parts(postgres.FORMAT, [of_text()[place : place + 1] for place in range(7)], Options(PREFIX))
    assert [told[place][1:3] for place in (2, 4, 5, 6)] == [
        ("view", "SELECT * FROM customers"), ("view", "INSERT INTO notes SELECT 1"), ("unknown", None),
        ("view", "SELECT * FROM a"),
    ]  # fmt: skip
    lines = of_texts(OPERATIONS)
    told = read_in_parts(mariadb_audit.FORMAT, [lines[place : place + 1] for place in range(6)], Options())
    assert [told[place][1] for place in (0, 1, 2)] == ["metadata", "view", "metadata"], "of another day: another server"


def test_files_that_cut_a_session_land_alike(land_log: Any) -> None:
    out = io.StringIO()
    frame = of_rows()
    csv.writer(out).writerows(frame.select(cell_name(name) for name in postgres_csv.NAMES).rows())
    lines = out.getvalue().splitlines(keepends=True)
    whole = land_log({"a.csv": "".join(lines)}, format="postgres_csv")["events"].sort("earliest_at")
    files = {"b.csv": "".join(lines[:2]), "a.csv": "".join(lines[2:])}
    landed = land_log(files, format="postgres_csv", path=["a.csv", "b.csv"])["events"].sort("earliest_at")
    assert landed["action"].to_list() == whole["action"].to_list()
    assert landed["action"].to_list()[2] == "view"
