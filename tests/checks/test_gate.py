"""What the gate does with what it finds: halt or report, keep every key, say nothing of anybody."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipeline.checks import run_checks
from pipeline.checks.suites import load_suite
from pipeline.errors import GateError
from pipeline.paths import find_expectations, find_sql

if TYPE_CHECKING:
    from tests.checks.conftest import Bench


def test_sound_run_passes_every_expectation_of_every_table(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    results = bench.judge(*bench.names)
    assert [result for result in results if not result.is_success] == []
    assert {result.table for result in results} == {path.stem for path in find_expectations().glob("*.json")}
    assert not bench.quarantine.exists()
    assert capfd.readouterr() == ("", "")


def test_every_published_table_has_a_suite() -> None:
    published = {path.stem for path in (find_sql() / "marts").glob("*.sql")}
    assert published <= {path.stem for path in find_expectations().glob("*.json")}


def test_empty_tables_pass(bench: Bench) -> None:
    published = {path.stem for path in (find_sql() / "marts").glob("*.sql")}
    kept = {"landed_incident", "landed_fields", "landed_states", "landed_datasets", "landed_columns"}
    for name in bench.names:
        if name not in kept:
            bench.seed(name, f"delete from {name}")
    assert all(result.is_success for result in bench.judge(*sorted(published)))


def test_all_failing_keys_are_kept_beyond_any_cap(bench: Bench) -> None:
    bench.seed(
        "contacts",
        "insert into contacts select 'inc-1', 'p' || lpad(cast(n as varchar), 20, '0'), 'Acme', 'Acme Ltd',"
        " 'c' || lpad(cast(n as varchar), 20, '0'), 'email', 'x' || n || '@canary.example' from range(500) as t (n)",
    )
    with pytest.raises(GateError, match=r"contacts\.person_is_exposed_there: 500 rows fail") as caught:
        bench.judge("contacts")
    path = bench.quarantine / "contacts.person_is_exposed_there.parquet"
    kept = duckdb.sql(f"select * from '{path}'")
    assert kept.columns == ["person_id", "brand", "controller", "contact_id"]
    assert len(set(kept.fetchall())) == 500
    assert str(bench.quarantine) in str(caught.value)
    assert "canary" not in str(caught.value)


def test_every_failed_expectation_of_every_table_is_kept_before_the_gate_closes(bench: Bench) -> None:
    bench.seed("links", "update links set link_basis = 'hunch'")
    bench.seed("landed_notes", "update landed_notes set kind = 'weather'")
    bench.seed("funnel", "delete from funnel where stage = 'lines'")
    with pytest.raises(GateError) as caught:
        bench.judge("links", "landed_notes", "funnel")
    assert sorted(path.name for path in bench.quarantine.iterdir()) == [
        "funnel.lines_read_are_counted.parquet",
        "landed_notes.kind_is_one_of_our_words.parquet",
        "links.link_basis_is_one_of_our_words.parquet",
    ]
    assert "links.link_basis_is_one_of_our_words: 4 rows fail" in str(caught.value)
    assert "landed_notes" not in str(caught.value)


def test_warning_is_reported_and_halts_nothing(bench: Bench) -> None:
    bench.seed("landed_notes", "update landed_notes set kind = 'weather'")
    (failed,) = [result for result in bench.judge("landed_notes") if not result.is_success]
    assert (failed.table, failed.expectation, failed.severity, failed.failing_count) == (
        "landed_notes",
        "kind_is_one_of_our_words",
        "warning",
        1,
    )


def test_quarantine_is_its_owners_alone(bench: Bench) -> None:
    bench.seed("landed_notes", "update landed_notes set kind = 'weather'")
    bench.judge("landed_notes")
    assert stat.S_IMODE(bench.quarantine.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in bench.quarantine.iterdir()} == {0o600}


def test_keys_of_an_earlier_check_do_not_linger(bench: Bench) -> None:
    bench.quarantine.mkdir()
    old, other = bench.quarantine / "landed_notes.old.parquet", bench.quarantine / "links.old.parquet"
    old.touch()
    other.touch()
    bench.judge("landed_notes")
    assert not old.exists()
    assert other.exists()


def test_no_quarantine_holds_a_contact_or_a_name(bench: Bench) -> None:
    personal = {"contact_value", "value", "target_key", "given_name", "family_name", "birth_date", "postcode"}
    for path in find_expectations().glob("*.json"):
        forbidden = personal | ({"record_key"} if path.stem.startswith("landed_") else set())
        for item in load_suite(find_expectations(), path.stem).expectations:
            columns = bench.keys(item).columns
            assert not forbidden & set(columns), (item.table, item.name)


def test_missing_column_is_a_failure_and_not_a_crash(bench: Bench) -> None:
    bench.seed("people", "alter table people drop column grade")
    with pytest.raises(GateError, match=r"people\.grade_is_one_of_our_words: the table as a whole fails") as caught:
        bench.judge("people")
    assert "people.columns_are_as_documented: " in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_table_without_suite_or_file_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="expectations of weather cannot be read"):
        run_checks({"weather": bench.tables["people"]}, find_expectations(), tmp_path / "q")
    with pytest.raises(GateError, match="table people cannot be read"):
        run_checks({"people": str(tmp_path / "none" / "*.parquet")}, find_expectations(), tmp_path / "q")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 secret@canary.example")
    with pytest.raises(GateError) as caught:
        run_checks({"people": str(tmp_path / "torn.parquet")}, find_expectations(), tmp_path / "q")
    assert "canary" not in str(caught.value)


def test_a_table_it_compares_with_must_be_there(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"contacts\.person_is_exposed_there"):
        run_checks({"contacts": bench.tables["contacts"]}, find_expectations(), tmp_path / "q")


def test_many_files_in_a_folder_with_an_odd_name_are_one_table(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "odd [1] $name 'quoted' *"
    folder.mkdir()
    quoted = str(folder).replace("'", "''")
    for number, where in enumerate(("brand = 'Acme'", "brand <> 'Acme'")):
        bench.connection.execute(f"copy (from exposures where {where}) to '{quoted}/{number}.parquet'")
    bench.tables["exposures"] = str(folder).replace("[", "[[]", 1).replace(" *", " [*]") + "/*.parquet"
    results = run_checks(
        {"exposures": bench.tables["exposures"]},
        find_expectations(),
        folder / "q",
        beside=bench.tables,
        scratch=folder,
        threads=1,
        memory="1GB",
    )
    assert all(result.is_success for result in results)


def test_nothing_leaves_the_machine_and_no_file_is_left(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a check opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = sorted(tmp_path.rglob("*"))
    run_checks(
        {"people": bench.tables["people"]}, find_expectations(), tmp_path / "q", beside=bench.tables, scratch=scratch
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_great_expectations_is_imported_only_when_checking() -> None:
    script = "import sys, pipeline.checks; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("table", "memory"), [("exposures", "8MB"), ("links", "1KB")])
def test_want_of_memory_is_told_and_is_no_fault_of_a_table(bench: Bench, table: str, memory: str) -> None:
    with pytest.raises(GateError, match=f"^not enough memory to check the table {table}") as caught:
        run_checks(
            {table: bench.paths[table]}, find_expectations(), bench.quarantine, beside=bench.paths, memory=memory
        )
    assert "raise limits.memory" in str(caught.value)
    assert not bench.quarantine.exists()
