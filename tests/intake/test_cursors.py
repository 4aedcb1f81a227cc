"""Cursors and prepared statements: what a FETCH or EXECUTE refers to, and which rows it took."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import polars as pl
import pytest

from pipeline.intake.cursors import Definitions, find_references
from pipeline.statements import Schema, Table, name_defined, read_statement

START = datetime(2026, 3, 28, 12)
QUERY = "select email from customers order by id"
SCHEMA = Schema((Table("crm", ("customers",), ("id", "email"), frozenset({"id", "email"})),))
# Each line: session, second, outcome, statement, and what is told of it: after how many rows, how many, whether known.
LIVES = [
    (
        "all is known",
        [
            ("a", 0, "succeeded", f"declare c cursor for {QUERY}", (None, None, True)),
            ("a", 1, "succeeded", "fetch 10 from c", (0, 10, True)),
            ("a", 2, "succeeded", "FETCH FORWARD 5 IN c;", (10, 5, True)),
            ("a", 3, "failed", "fetch 99 from c", (None, None, None)),
            ("a", 4, "succeeded", "move 20 in c", (15, 20, True)),
            ("a", 5, "succeeded", "fetch next from c", (35, 1, True)),
            ("a", 6, "succeeded", "fetch c", (36, 1, True)),
            ("a", 7, "succeeded", "fetch all from c", (37, None, True)),
            ("b", 8, "succeeded", "fetch 10 from c", (None, None, None)),
        ],
    ),
    (
        "a second cursor of the same name begins anew",
        [
            ("a", 0, "succeeded", f"declare c cursor for {QUERY}", (None, None, True)),
            ("a", 1, "succeeded", "fetch 10 from c", (0, 10, True)),
            ("a", 2, "succeeded", f"declare c cursor for {QUERY} desc", (None, None, True)),
            ("a", 3, "succeeded", "fetch 7 from c", (0, 7, True)),
        ],
    ),
    (
        "backwards",
        [
            ("a", 0, "succeeded", f"declare c scroll cursor for {QUERY}", (None, None, None)),
            ("a", 1, "succeeded", "fetch 10 from c", (None, None, False)),
            ("a", 2, "succeeded", "fetch prior from c", (None, None, False)),
        ],
    ),
    (
        "two at one stamp",
        [
            ("a", 0, "succeeded", f"declare c cursor for {QUERY}", (None, None, None)),
            ("a", 1, "succeeded", "fetch 10 from c", (None, None, False)),
            ("a", 1, "succeeded", "fetch 20 from c", (None, None, False)),
        ],
    ),
    (
        "cut off in the middle",
        [
            ("a", 0, "succeeded", f"declare c cursor for {QUERY}", (None, None, None)),
            ("a", 1, "aborted", "fetch 10 from c", (None, None, False)),
        ],
    ),
    (
        "a session nobody logged",
        [
            ("", 0, "succeeded", f"declare c cursor for {QUERY}", (None, None, None)),
            ("", 1, "succeeded", "fetch 10 from c", (None, None, False)),
        ],
    ),
]
Line = tuple[str, int, str, str, tuple[int | None, int | None, bool | None]]


def resolve(lines: list[Line], random: Random) -> dict[int, tuple[int | None, int | None, bool | None]]:
    """Resolve lines in any order and in batches; each by its place, which no rule may look at."""
    rows = [
        (place, session, START + timedelta(seconds=second), outcome, text, f"key {place}")
        for place, (session, second, outcome, text, _) in enumerate(lines)
    ]
    rows += [row for row in rows if random.random() < 0.3]  # a line that is delivered again is one event
    random.shuffle(rows)
    names = ["place", "session_of", "earliest_at", "outcome", "statement", "event_key"]
    events = pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("earliest_at").alias("latest_at"))
    declared = events.filter(pl.col("statement").str.contains("declare"))
    named = [name_defined(text, "postgres") for text in declared["statement"]]
    definitions = Definitions([
        declared.select("session_of", pl.Series("defined", named), pl.col("earliest_at").alias("defined_at"),
                        pl.col("statement").alias("text"))
    ])  # fmt: skip
    found = find_references(events, definitions).select("place", "taken_after", "taken_count", "is_placed").unique()
    assert found.height == len(lines)
    return {place: (after, count, is_placed) for place, after, count, is_placed in found.iter_rows()}


@pytest.mark.parametrize(("name", "lines"), LIVES, ids=[name for name, _ in LIVES])
def test_which_rows_a_fetch_took(name: str, lines: list[Line]) -> None:
    for seed in range(4):
        assert resolve(lines, Random(seed)) == {place: line[-1] for place, line in enumerate(lines)}, name


@pytest.mark.parametrize(
    ("taken", "limit", "offset", "reason"),
    [((0, 10), 10, 0, None), ((10, 5), 5, 10, None), ((37, None), None, 37, None), (None, None, 0, "cursor")],
)
def test_a_fetch_reads_a_part_of_its_cursors_query(
    taken: tuple[int, int | None] | None, limit: int | None, offset: int, reason: str | None
) -> None:
    declared = f"declare c cursor for {QUERY}"
    (delivery,) = read_statement("fetch 10 from c", SCHEMA, "postgres", defining=declared, taken=taken).deliveries
    assert delivery.plan is not None
    assert (delivery.plan.query[7], delivery.plan.query[8], delivery.reason) == (limit, offset, reason)


def test_a_cursors_own_limit_ends_it() -> None:
    declared = f"declare c cursor for {QUERY} limit 12 offset 3"
    (delivery,) = read_statement("fetch 10 from c", SCHEMA, "postgres", defining=declared, taken=(10, 10)).deliveries
    assert delivery.plan is not None
    assert (delivery.plan.query[7], delivery.plan.query[8]) == (2, 13)


def test_a_declared_cursor_reads_nothing_where_its_fetches_are_known() -> None:
    declared = f"declare c cursor for {QUERY}"
    assert read_statement(declared, SCHEMA, "postgres", taken=(0, None)).verdict == "metadata"
    assert read_statement(declared, SCHEMA, "postgres").deliveries[0].reason == "cursor"


def test_several_texts_that_may_be_meant_are_read_whole() -> None:
    texts = f"declare c cursor for {QUERY};\ndeclare c cursor for select 1"
    reading = read_statement("fetch 10 from c", SCHEMA, "postgres", defining=texts)
    assert [(each.dataset, each.plan) for each in reading.deliveries] == [("crm", None)]
    assert reading.reason == "unreadable_statement"
