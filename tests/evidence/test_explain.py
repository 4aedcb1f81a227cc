"""Explain and why-not at the door: found by id, record or contact value, and nothing of anybody's value is said."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.explain import explain
from pipeline.reasons import GRADE_REASONS, LINKS, VERDICT_REASONS, reason_of_grade
from tests.cli.conftest import CRM, INCIDENT, LOG

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def cells() -> set[str]:
    """Every value of personal data in the sample's CSV lists that is long enough to be looked for."""
    found: set[str] = set()
    for path in (*SAMPLE.glob("lists/*.csv"), *SAMPLE.glob("crm/*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found |= {
                    value.strip() for name, value in row.items() if name in ("email", "street", "phone") and value
                }
    return {value for value in found if len(value) > 6}


class Door:
    """The command line with the sample run's output folder, and something on stdin."""

    def __init__(self, run: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._out, self._patch, self._capture = run.parents[1], patch, capture

    def __call__(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        self._patch.setattr(sys, "stdin", io.StringIO(typed))
        code = main([*arguments, "--out", str(self._out)])
        told = self._capture.readouterr()
        return code, told.out, told.err


@pytest.fixture
def door(sample_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Door:
    return Door(sample_run, monkeypatch, capsys)


WHY_NOT = ("why-not", "--quiet", "--incident", str(SAMPLE / "incident.yaml"))


def email_of(file: str, key: str) -> str:
    with (SAMPLE / "lists" / file).open(newline="", encoding="utf-8") as lines:
        return next(row["email"] for row in csv.DictReader(lines) if key in row.values())


def test_nothing_is_imported_that_takes_long(sample_run: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.explain import explain; "
        "explain(Path(sys.argv[1]), 'list_tarn:TT-0901'); "
        "print({'pandas', 'polars', 'numpy', 'pyarrow', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(sample_run)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_person_is_found_by_id_record_and_contact(sample_run: Path) -> None:
    by_record = explain(sample_run, "list_tarn:TT-0930")["people"]
    person = by_record[0]["person_id"]
    assert explain(sample_run, person)["people"] == by_record
    address = email_of("tarn-2025-10-28.csv", "TT-0930")
    assert explain(sample_run, f"  {address.upper()} ")["people"] == by_record
    assert {brand["brand"] for brand in by_record[0]["brands"]} == {"Tarn & Thistle", "Juniper Club", "Bellwick Stays"}


def test_a_phone_number_is_found_however_it_is_written(sample_run: Path) -> None:
    import pyarrow.parquet as pq

    (row, *_) = [
        row
        for path in sorted((sample_run / "contacts").glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
        if row["kind"] == "phone"
    ]
    digits = "".join(letter for letter in row["contact_value"] if letter.isdigit())
    for typed in (row["contact_value"], digits, f"+{digits}", " ".join(digits)):
        assert row["person_id"] in {one["person_id"] for one in explain(sample_run, typed)["people"]}


def test_a_shared_address_names_everybody_behind_it(sample_run: Path) -> None:
    found = explain(sample_run, email_of("tarn-2025-10-28.csv", "TT-0901"))
    assert len(found["people"]) == 3


def test_the_story_goes_from_the_line_to_the_brand(door: Door) -> None:
    code, out, err = door("explain", "archive_2019:AR-9005")
    assert (code, err) == (0, "")
    for said in (
        "IS ON THE LIST: confirmed",
        "Tarn & Thistle  (Northmere Retail Group)",
        "Record AR-9005 of archive_2019",
        "logs/storage.csv:24",
        "its key was read: logs/storage.csv:28",
        "card (Payment card number",
        "sql/intermediate/int_record_reads.sql",
    ):
        assert said in out
    assert max(map(len, out.splitlines())) <= 80


def test_nothing_is_said_of_anybodys_values(door: Door) -> None:
    address = email_of("tarn-2025-10-28.csv", "TT-0901")
    told = [door("explain", typed=f"{address}\n"), door("explain", "--json", typed=f"{address}\n")]
    told += [door("explain", "list_fennel:FL-0960"), door(*WHY_NOT, "list_calderbrook:CB-0901")]
    told.append(door(*WHY_NOT, "--json", typed=f"{email_of('calderbrook-2025-09-30.csv', 'CB-0901')}\n"))
    everything = "".join(out + err for _, out, err in told)
    assert all(code == 0 for code, _, _ in told)
    assert not {value for value in cells() if value in everything}


def test_contact_values_are_refused_on_the_command_line(door: Door) -> None:
    for typed in ("ann.lee@mail.example.com", "+1 555 010 0199", "crm:ann@example.com"):
        for command in (("explain",), WHY_NOT):
            code, out, err = door(*command, typed)
            assert (code, out) == (2, "")
            assert "does not belong on the command line" in err
            assert typed not in err


def test_nobody_and_nothing_are_told_apart(door: Door) -> None:
    assert door("explain", typed="")[0] == 2
    code, out, err = door("explain", typed="nobody@nowhere.example.org\n")
    assert (code, out) == (2, "")
    assert "scope why-not" in err
    assert "nowhere" not in err
    code, out, _ = door(*WHY_NOT, typed="nobody@nowhere.example.org\n")
    assert code == 0
    assert "NO RECORD FOUND" in out
    assert "not affected" not in out


def test_why_not_finds_the_same_address_in_every_dataset(door: Door) -> None:
    address = email_of("calderbrook-2025-09-30.csv", "CB-0901")
    code, out, _ = door(*WHY_NOT, "--json", typed=f" {address.upper()}\n")
    assert code == 0
    assert [record["record_key"] for record in json.loads(out)["records"]] == ["CB-0901"]
    _, everything, _ = door(*WHY_NOT, "--json", "--everything", typed=f"{address}\n")
    assert json.loads(everything)["records"] == json.loads(out)["records"]


def test_who_is_on_the_list_after_all_is_told(door: Door) -> None:
    _, out, _ = door(*WHY_NOT, "list_tarn:TT-0901")
    assert out.startswith("ON THE LIST. scope explain tells why.")


def test_a_record_on_the_list_is_told_with_its_published_id(door: Door) -> None:
    code, out, _ = door(*WHY_NOT, "list_tarn:TT-0930", "--json")
    assert code == 0
    ids = json.loads(out)["records"][0]["person_ids"]
    assert len(ids) == 1
    assert door("explain", ids[0])[0] == 0
    code, told, _ = door(*WHY_NOT, ids[0])
    assert code == 0
    assert told.startswith(f"ON THE LIST, as {ids[0]}. scope explain tells why.")
    assert door(*WHY_NOT, f"p{'0' * 20}")[0] == 2
    code, told, _ = door("people", "list_tarn:TT-0930")
    assert code == 0
    assert "list_tarn:TT-0930: tied by " in told


def test_ids_of_people_are_told_whole(door: Door) -> None:
    code, told, _ = door("people")
    assert code == 0
    assert "…" not in told
    assert max(map(len, told.splitlines())) <= 80
    assert re.search(r"p[0-9a-f]{20} and p[0-9a-f]{20}\n    share email; against it: [0-9]+ ", told)


def test_an_undeclared_stretch_leaves_it_unproven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for coverage, said in (
        ("complete", "RULED OUT"),
        ("[{until: 2026-03-28T12:00Z, status: complete}]", "NOT RULED OUT"),
    ):
        text = INCIDENT.replace("coverage: complete", f"coverage: {coverage}")
        (tmp_path / "incident.yaml").write_text(text, encoding="utf-8")
        main(["run", "--quiet", "--json"])
        capsys.readouterr()
        assert main(["why-not", "--quiet", "crm:8"]) == 0
        told = capsys.readouterr().out
        assert said in told
        assert "denied. web.csv:3" in told
    (tmp_path / "crm.csv").write_text(CRM + "9,Tarn,cy@mail.example.com,Cy Roe\n", encoding="utf-8")
    main(["why-not", "--quiet", "crm:8"])
    assert "Not as when the run was made" in " ".join(capsys.readouterr().out.split())


def test_a_personal_key_is_named_by_its_place_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.csv").write_text(LOG.replace("/customers/7", "/customers/ann.lee@mail.example.com"))
    (tmp_path / "crm.csv").write_text(CRM)
    (tmp_path / "incident.yaml").write_text(INCIDENT.replace("key: id", "key: email"))
    main(["run", "--quiet", "--json"])
    capsys.readouterr()
    for command, typed in (("explain", "crm:ann.lee@mail.example.com"), ("why-not", "crm:bo.day@mail.example.com")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        assert main([command]) == 0
        told = capsys.readouterr()
        assert "mail.example.com" not in told.out + told.err
        assert "of crm" in told.out


def test_explain_answers_at_once(sample_run: Path) -> None:
    explain(sample_run, "list_tarn:TT-0901")
    start = time.perf_counter()
    explain(sample_run, "list_tarn:TT-0901")
    assert time.perf_counter() - start < 1


def test_every_word_of_ours_has_a_sentence_and_every_rule_a_file() -> None:
    from pipeline.paths import find_sql

    rules = {path.stem for path in find_sql().rglob("*.sql")}
    for reason in (*GRADE_REASONS.values(), *VERDICT_REASONS.values()):
        assert reason.rule in rules
        assert reason.place.startswith("sql/")
    text = (find_sql() / "intermediate" / "int_event_verdicts.sql").read_text()
    text += (find_sql() / "intermediate" / "int_event_contents.sql").read_text()
    assert not [word for word in ("outside_window", "trusted", "unattributed") if word not in VERDICT_REASONS]
    assert {word for word in VERDICT_REASONS if f"'{word}'" not in text} <= {"not_there_then"}
    assert {"declared", "email", "phone", "name_birth_postcode", "alone"} <= LINKS.keys()
    assert reason_of_grade("a_new_word").sentence == "an upper bound (a new word)"
