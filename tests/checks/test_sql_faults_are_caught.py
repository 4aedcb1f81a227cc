"""Each fault seeded in the SQL itself is caught by the expectation named for it, on the sample incident.

The sample's tables are built once. For a fault, only the broken table and what comes after it are built anew, who is
who as it was, and each is judged as a run judges it; then all is rolled back.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.building import Building
from pipeline.checks import CheckResult
from pipeline.checks.keys import failing_keys_sql
from pipeline.checks.looks import looks_of, read_looks
from pipeline.checks.standing import JudgedEngine, check_standing, find_suites
from pipeline.checks.suites import load_suite
from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.errors import GateError
from pipeline.identity import EXCHANGES
from pipeline.incident_file import read_incident_file
from pipeline.paths import find_expectations, find_sql
from pipeline.run import _load, _replay, _take_steps, _window, land_inputs
from pipeline.steps import load_steps
from pipeline.stopwatch import Stopwatch
from tests.checks.sql_fault import SqlFault
from tests.checks.sql_faults import SQL_FAULTS

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
STEPS = load_steps(find_sql())
SUITES = find_suites(find_expectations())


class Keeping(DuckDB):
    """An engine that lets go of nothing."""

    def drop(self, names: Sequence[str]) -> None:
        """Keep it."""

    def load(self, name: str, path: Path) -> None:
        """Copy it, so that it can be built anew."""
        self._connection.execute(f"create or replace table {name} as from read_parquet('{path}')")


class Built:
    """The sample's tables, all of them, in one database."""

    def __init__(self, engine: DuckDB, work: Path) -> None:
        self.engine = engine
        self.work = work

    def judge(self, fault: SqlFault) -> str:
        """Build what the fault breaks and all after it, each judged; return what the first gate says, or nothing."""
        changed = {fault.table}
        for step in STEPS:
            if step.name != fault.table and not changed & set(step.reads):
                continue
            changed.add(step.name)
            sql = step.sql.replace(fault.right, fault.wrong) if step.name == fault.table else step.sql
            self.engine.build(step.name, sql)
            if step.name in SUITES:
                try:
                    check_standing(self.engine, step.name, SUITES[step.name], self.work / "quarantine")
                except GateError as error:
                    return str(error)
        return self._judge_published(fault.caught_by)

    def _judge_published(self, caught_by: str) -> str:
        table, name = caught_by.split(".")
        if not (find_expectations() / f"{table}.json").is_file():
            return ""
        (item,) = [item for item in load_suite(find_expectations(), table).expectations if item.name == name]
        sql, looks = failing_keys_sql(item), read_looks(find_expectations())
        for look in looks_of(sql, looks):
            self.engine.build(look, looks[look])
        failing = self.engine.rows(f"select count(*) from ({sql})")[0][0]
        return f"{caught_by}: {failing} rows" if failing else ""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    work = tmp_path_factory.mktemp("sample")
    source = read_incident_file(SAMPLE / "incident.yaml")
    land_inputs(source, _window(source, None), "0" * 64, work / "landed", lambda *_: None)
    watch = Stopwatch(lambda *_: None)
    with open_duckdb(work, threads=1) as database:
        engine = Keeping(database._connection, work)
        _load(engine, work / "landed")
        building = Building(engine, load_steps(find_sql()), watch)
        _replay(engine, building, work, 1, None)
        _take_steps(engine, building, work, watch, work / "staged")
        yield Built(engine, work)


@contextmanager
def rolled_back(built: Built) -> Iterator[None]:
    built.engine._connection.execute("begin")
    try:
        yield
    finally:
        built.engine._connection.execute("rollback")
        shutil.rmtree(built.work / "quarantine", ignore_errors=True)


@pytest.mark.parametrize("fault", SQL_FAULTS, ids=lambda fault: fault.what.replace(" ", "-"))
def test_fault_in_the_sql_is_caught(built: Built, fault: SqlFault) -> None:
    (sound,) = [step.sql for step in STEPS if step.name == fault.table]
    assert fault.right in sound, f"{fault.table} does not say {fault.right!r} any more"
    with rolled_back(built):
        said = built.judge(fault)
    assert f"{fault.caught_by}: " in said


def test_the_sound_sample_passes_every_suite_where_it_stands(built: Built) -> None:
    results = [
        result
        for table, suites in SUITES.items()
        for result in check_standing(built.engine, table, suites, built.work / "quarantine")
    ]
    assert all(result.is_success for result in results)
    assert len(results) > 80
    assert not (built.work / "quarantine").exists()


def test_every_staging_table_has_a_suite_and_every_suite_a_table() -> None:
    floors = {step.name: step.floor for step in STEPS}
    assert {name: folder.name for name, folder in SUITES.items()} == {name: floors[name] for name in SUITES}
    assert {name for name, floor in floors.items() if floor == "staging"} <= set(SUITES)


@pytest.mark.parametrize("table", sorted(SUITES))
def test_a_table_is_compared_only_with_what_still_stands(table: str) -> None:
    """A run lets go of tables that nobody reads any more; what a table was made of is there when it is judged."""
    (step,) = [step for step in STEPS if step.name == table]
    names = {step.name for step in STEPS} | {name for exchange in EXCHANGES for name in exchange.outputs}
    names.add("linked_subjects")
    for item in load_suite(SUITES[table], table).expectations:
        used = set(re.findall(r"[a-z_]+", failing_keys_sql(item))) & names
        assert used <= {table, *step.reads}, item.name


def test_every_expectation_of_a_standing_table_catches_what_it_is_for(built: Built) -> None:
    """A suite that an empty, or a doubled, table passes would be for show."""
    named = {fault.caught_by for fault in SQL_FAULTS}
    silent = {table for table in SUITES if not any(name.startswith(f"{table}.") for name in named)}
    caught = {table for table in silent if _is_caught(built, table)}
    # Tables of what is wrong with the inputs: empty in a run that goes on. Nobody decided anything in the sample (below).
    wrong = {"stg_overlapping_records", "stg_overlapping_brands", "stg_unknown_decisions"}
    assert silent - caught <= wrong | {"stg_decided_records"}


def test_a_decision_loses_neither_of_its_records(built: Built) -> None:
    table = "stg_decided_records"
    (step,) = [step for step in STEPS if step.name == table]
    two = "select min(dataset || ' ' || record_key) as one, max(dataset || ' ' || record_key) as other from landed_records"
    decision = f"""
        select 'same' as decision, split_part(one, ' ', 1) as dataset, split_part(one, ' ', 2) as record_key,
            split_part(other, ' ', 1) as other_dataset, split_part(other, ' ', 2) as other_record_key
        from ({two})
    """
    with rolled_back(built):
        built.engine._connection.execute(f"create or replace view landed_decisions as {decision}")
        built.engine.build(table, step.sql)
        assert len({key for (key,) in built.engine.rows(f"select record_key from {table}")}) == 2
        check_standing(built.engine, table, SUITES[table], built.work / "quarantine")
        built.engine.build(
            table, f"{step.sql} where records.dataset || ' ' || records.record_key < (select other from ({two}))"
        )
        with pytest.raises(GateError, match="every_record_of_a_decision_is_here"):
            check_standing(built.engine, table, SUITES[table], built.work / "quarantine")


def _is_caught(built: Built, table: str) -> bool:
    breaks: tuple[Callable[[str], str], ...] = (
        lambda name: f"select * from {name} where false",
        lambda name: f"select * from {name} union all select * from {name}",
    )
    for change in breaks:
        with rolled_back(built):
            built.engine._connection.execute(f"create table broken as {change(table)}")
            built.engine.build(table, "select * from broken")
            try:
                check_standing(built.engine, table, SUITES[table], built.work / "quarantine")
            except GateError:
                return True
    return False


def test_a_run_judges_its_tables_as_they_are_built(built: Built) -> None:
    judged = JudgedEngine(built.engine, SUITES, built.work / "quarantine")
    (step,) = [step for step in STEPS if step.name == "stg_grades"]
    with rolled_back(built):
        judged.build("stg_grades", step.sql)
        assert [type(result) for result in judged.results] == [CheckResult]
        with pytest.raises(GateError, match=r"stg_grades\.grades_are_in_their_order: 1 row fails"):
            judged.build("stg_grades", step.sql.replace("'likely'", "'probable'"))
        kept = built.work / "quarantine" / "stg_grades.grades_are_in_their_order.parquet"
        assert kept.stat().st_mode & 0o777 == 0o600
