"""Questions to a finished run: answered from its own tables, and from nothing else."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.query import ask, first_rows

Scope = Callable[..., subprocess.CompletedProcess[str]]


def test_the_latest_run_answers(finished: Path, scope: Scope) -> None:
    done = scope("query", "select count(*) as people from people")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.strip() for line in done.stdout.splitlines()][::2] == ["people", "3"]


def test_a_named_run_answers(finished: Path, scope: Scope) -> None:
    done = scope("query", "--run", "one-aaaaaaaa", "--format", "csv", "select count(*) as people from people")
    assert done.stdout == '"people"\n1\n'


def test_the_files_of_all_brands_are_one_table(finished: Path, scope: Scope) -> None:
    assert scope("query", "--format", "csv", "select count(*) as n from exposures").stdout == '"n"\n6\n'


@pytest.mark.parametrize("name", ["three", "../../..", ""])
def test_an_unknown_run_is_a_usage_error(name: str, finished: Path, scope: Scope) -> None:
    done = scope("query", "--run", name, "select 1")
    assert done.returncode == 2
    assert "one-aaaaaaaa, two-bbbbbbbb" in done.stderr


def test_no_run_yet_is_a_usage_error(scope: Scope) -> None:
    done = scope("query", "select 1")
    assert done.returncode == 2
    assert "no run here yet" in done.stderr


def test_csv_cells_are_no_formulas(finished: Path, scope: Scope) -> None:
    sql = "select brand, fields, seen_at, event_count, 'x' as \"=cmd\" from people order by person_id"
    rows = list(csv.reader(io.StringIO(scope("query", "--format", "csv", sql).stdout)))
    assert rows == [
        ["brand", "fields", "seen_at", "event_count", "'=cmd"],
        ["'=HYPERLINK(1)", "email;phone", "2026-03-28T10:00:00.000000Z", "1", "x"],
        ["'+1", "", "", "-2", "x"],
        ["Tarn", "", "", "", "x"],
    ]


def test_csv_cells_steer_no_terminal(finished: Path, scope: Scope) -> None:
    hostile = "select 'a' || chr(27) || '[2Jb' || chr(8238) || 'c' || chr(9) || chr(155) || 'd' as cell"
    assert scope("query", hostile, "--format", "csv").stdout == '"cell"\n"a·[2Jb·c\t·d"\n'
    named = "select 1 as \"=a\x1b[2J\", 'x' as \"\u202eb\", '\uff1d1+1' as wide"
    assert scope("query", named, "--format", "csv").stdout.splitlines() == [
        '"\'=a·[2J","·b","wide"',
        '1,"x","\'\uff1d1+1"',
    ]
    for form in ("json", "table"):
        told = scope("query", hostile, "--format", form).stdout
        assert not set(told) & {chr(27), chr(8238), chr(155)}


def test_json_keeps_lists_numbers_and_nulls(finished: Path, scope: Scope) -> None:
    sql = "select brand, fields, event_count, sum(event_count) over () as s, seen_at from people order by person_id"
    rows = json.loads(scope("query", "--format", "json", sql).stdout)
    assert rows[0] == {
        "brand": "=HYPERLINK(1)", "fields": ["email", "phone"], "event_count": 1, "s": -1,
        "seen_at": "2026-03-28T10:00:00.000000Z",
    }  # fmt: skip
    assert rows[2] == {"brand": "Tarn", "fields": None, "event_count": None, "s": -1, "seen_at": None}


def test_an_empty_answer_has_its_columns(finished: Path, scope: Scope) -> None:
    sql = "select person_id, brand from people where false"
    assert scope("query", "--format", "csv", sql).stdout == '"person_id","brand"\n'
    assert json.loads(scope("query", "--format", "json", sql).stdout) == []
    assert "person_id" in scope("query", sql).stdout


def test_a_long_answer_is_cut_as_a_table_and_whole_as_csv(finished: Path, scope: Scope) -> None:
    sql = "select range as n from range(20005)"
    table = scope("query", sql)
    assert "the first 200 rows" in table.stderr
    assert len(table.stdout.splitlines()) == 202
    assert len(scope("query", "--format", "csv", sql).stdout.splitlines()) == 20006


def test_contacts_must_be_asked_for(finished: Path, scope: Scope) -> None:
    done = scope("query", "select * from contacts")
    assert done.returncode == 2
    assert "only with --contacts" in done.stderr
    assert "ann.lee" in scope("query", "--contacts", "select * from contacts").stdout


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/etc/*')",
        "select * from '{contacts}'",
        "select * from read_parquet('{contacts}')",
        "select * from 'https://example.com/x.parquet'",
        "select * from read_blob('{manifest}')",
        "copy people to '{target}'",
        "export database '{target}'",
        "attach '{target}' as x",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "create table x as select 1",
        "pragma enable_profiling",
        "call duckdb_settings()",
        "select 1; select 2",
        "select * from query('copy people to ''{target}''')",
        "explain analyze copy people to '{target}'",
        "",
        "selekt",
    ],
)
def test_nothing_else_can_be_read_or_written(sql: str, finished: Path) -> None:
    run = (finished / "latest").resolve()
    before = sorted((path, path.read_bytes()) for path in run.rglob("*") if path.is_file())
    target = finished / "target"
    contacts = next((run / "contacts").glob("*.parquet"))
    with pytest.raises(UsageError, match="query"):
        first_rows(ask(run, sql.format(target=target, contacts=contacts, manifest=run / "manifest.json")), 10)
    assert not target.exists()
    assert sorted((path, path.read_bytes()) for path in run.rglob("*") if path.is_file()) == before


def test_who_asks_for_other_files_is_told_what_can_be_asked(finished: Path) -> None:
    with pytest.raises(UsageError, match="a query reads the tables of the run"):
        first_rows(ask((finished / "latest").resolve(), "select * from read_csv('/etc/passwd')"), 10)


def test_a_run_that_lacks_a_file_or_part_of_one_answers_nothing(finished: Path, scope: Scope) -> None:
    run = (finished / "latest").resolve()
    files = {path.relative_to(run).as_posix(): path for path in run.rglob("*.parquet")}
    outputs = [{"file": name, "byte_count": path.stat().st_size} for name, path in files.items()]
    (run / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    assert scope("query", "select count(*) from exposures").returncode == 0
    missing = files["exposures/vale-11111111.parquet"]
    held = missing.read_bytes()
    for content in (None, held[:-9]):
        missing.unlink() if content is None else missing.write_bytes(content)
        done = scope("query", "select count(*) from exposures")
        assert (done.returncode, done.stdout) == (4, "")
        assert "exposures/vale-11111111.parquet: is missing or not as long as it was" in done.stderr
        assert "scope verify" in done.stderr


def test_a_damaged_table_is_told_as_one(finished: Path, scope: Scope) -> None:
    (finished / "latest" / "people.parquet").write_bytes(b"PAR1 nothing of the kind")
    done = scope("query", "select 1")
    assert done.returncode == 4
    assert "a table cannot be read" in done.stderr
    assert "scope verify" in done.stderr


def test_an_error_does_not_repeat_a_value(finished: Path, scope: Scope) -> None:
    done = scope("query", "--contacts", "select contact_value::integer from contacts")
    assert done.returncode == 2
    assert "ann.lee" not in done.stderr
    assert "ConversionException" in done.stderr
    assert "try_cast" in done.stderr
