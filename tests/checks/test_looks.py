"""What several expectations look at together: named, read by somebody, worked out once, and told if it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipeline.checks.counts import Counter
from pipeline.checks.looks import looks_of, read_looks
from pipeline.paths import find_expectations
from pipeline.slices import COUNTS, SLICED

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

FOLDERS = [find_expectations(), *sorted(path for path in find_expectations().iterdir() if path.is_dir())]
LOOKS = {name: sql for folder in FOLDERS for name, sql in read_looks(folder).items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_look_is_read_by_a_suite_beside_it(folder: Path) -> None:
    looks = read_looks(folder)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
    assert set(looks_of(text, looks)) == set(looks)


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_says_what_one_row_of_it_is(name: str) -> None:
    lines = LOOKS[name].splitlines()
    assert lines[0].startswith("-- One row")
    assert max(len(line) for line in lines) <= 120


def test_looks_come_after_what_they_read() -> None:
    looks = {"told_c": "from told_b", "told_b": "from told_a", "told_a": "-- told_a, and told_nobody\nselect 1"}
    assert looks_of("select * from told_c, told_a, told_lost", looks) == ("told_a", "told_b", "told_c")


def test_a_look_is_worked_out_once_and_nothing_passes_without_it() -> None:
    with duckdb.connect() as connection:
        counter = Counter(connection, {"told_numbers": "select random() as n", "amiss_lost": "select * from nowhere"})
        assert counter._rows("select n from told_numbers") == counter._rows("select n from told_numbers")
        for _ in range(2):
            with pytest.raises(duckdb.Error):
                counter._rows("select * from amiss_lost")


# Something is amiss of every sliced look, in more than one slice.
FAULTS = (
    "delete from people where person_id = person('a')",
    "update people set brand_count = 7, record_count = 7, contact_ids = []",
    "delete from exposures where person_id = person('b')",
    "update exposure_fields set grade = 'possible' where person_id = person('c')",
    "update exposures set record_count = 7 where person_id = person('c')",
    "update exposed_records set evidence_id = 'e-b' where record_key = '101'",
    "update exposed_records set access = 'seen'",
    "delete from accesses where event_id in (select max(event_id) from evidence)",
    "update evidence set grade = 'maybe'",
)


@pytest.mark.parametrize("look", sorted(SLICED.keys() & LOOKS.keys()))
def test_the_slices_of_a_look_together_are_the_look(look: str, bench: Bench) -> None:
    for fault in FAULTS:
        bench.connection.execute(fault)
    counter = Counter(bench.connection, LOOKS)
    asked = f"select * from {look} order by all"
    whole = counter._rows(asked)
    counter._build_in_slices(look, 3)
    assert len(whole) > 1
    assert counter._rows(asked) == whole


def test_a_look_that_memory_does_not_hold_is_made_in_slices() -> None:
    class Short:
        """A database that has no memory for looks as a whole."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection
            self.slices = 0
            self.threads: list[str] = []

        def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
            self.slices += sql.startswith("create temp view")
            self.threads += [sql.removeprefix("set threads = ")] if sql.startswith("set threads") else []
            if sql.startswith("create temp table amiss") or (self.slices == 3 and sql.startswith("insert")):
                raise duckdb.OutOfMemoryException
            return self.connection.execute(sql)

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("create table people as select 'p' || range as person_id from range(100)")
        looks = {"amiss_people": "select * from people", "amiss_others": "select * from people"}
        short: Any = Short(connection)
        counter = Counter(short, looks)
        assert counter._rows("select count(distinct person_id), count(*) from amiss_people") == [(100, 100)]
        assert short.slices == 3 + COUNTS[1]
        assert short.threads == ["1", "2"]
        with pytest.raises(duckdb.OutOfMemoryException):
            counter._rows("select * from amiss_others")


def test_a_question_that_memory_does_not_hold_is_asked_of_one_thread() -> None:
    class Short:
        """A database that has no memory for two threads."""

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
            ((threads,),) = self.connection.execute("select current_setting('threads')").fetchall()
            if "from people" in sql and threads > 1:
                raise duckdb.OutOfMemoryException
            return self.connection.execute(sql)

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("create table people as from range(7)")
        short: Any = Short(connection)
        assert Counter(short)._rows("select count(*) from people") == [(7,)]
        assert connection.execute("select current_setting('threads')").fetchall() == [(2,)]
