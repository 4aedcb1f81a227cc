"""What changed between two runs: each kind of change by id, and nothing confirmed goes without a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.difference import REASONS, compare_runs
from pipeline.errors import UsageError
from pipeline.run import run_incident
from pipeline.summary import draw
from pipeline.telling.difference import tell_difference
from pipeline.why_not import why_not
from tests.cli.conftest import CRM, INCIDENT, LOG

NAMES = {"crm.csv": CRM, "web.csv": LOG, "incident.yaml": INCIDENT}
LATER = LOG + "2026-03-28T11:00:00Z,203.0.113.7,GET,/customers/8,200,512\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, window: str | None = None, **texts: str) -> Path:
    """Scope the tiny incident with some of its files otherwise."""
    for name, text in NAMES.items():
        (folder / name).write_text(texts.get(name.partition(".")[0], text), encoding="utf-8")
    return run_incident(folder / "incident.yaml", window, folder / "out", check_expectations=False).folder


def record_of(run: Path, key: str) -> str:
    import pyarrow.parquet as pq

    rows = pq.read_table(run / "exposed_records.parquet").to_pylist()
    return next(str(row["person_id"]) for row in rows if row["record_key"] == key)


def kinds(found: dict[str, Any]) -> dict[str, int]:
    return {name: len(found[name]) for name in ("added", "gone", "fields", "grades", "regrouped") if found[name]}


def test_the_same_run_twice_differs_in_nothing(folder: Path) -> None:
    one = run(folder)
    found = compare_runs(one, one)
    assert (kinds(found), found["changed_inputs"]) == ({}, [])


def test_who_was_added_is_named_with_what_went_in_otherwise(folder: Path) -> None:
    old, new = run(folder), run(folder, web=LATER)
    found = compare_runs(old, new)
    assert kinds(found) == {"added": 1}
    assert found["added"][0]["person_id"] == record_of(new, "8")
    assert found["changed_inputs"] == [{"part": "input", "name": "web.csv", "what": "changed"}]


def test_who_gained_fields(folder: Path) -> None:
    narrow = INCIDENT.replace("dataset: crm}", "dataset: crm, columns: email}")
    found = compare_runs(run(folder, incident=narrow), run(folder))
    assert kinds(found) == {"fields": 1}
    assert (found["fields"][0]["change"], found["fields"][0]["fields"]) == ("gained", ["full_name"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"web": LATER.replace("/customers/7,200", "/customers/7,403")}, "event_no_longer_counts"),
        ({"incident": INCIDENT.replace("203.0.113.7", "192.0.2.1")}, "event_no_longer_counts"),
        ({"crm": CRM.replace("7,Tarn,ann.lee@mail.example.com,Ann Lee\n", "")}, "event_no_longer_counts"),
        ({"crm": CRM.replace("ann.lee@mail.example.com,Ann Lee", ",")}, "record_no_longer_reached"),
        ({"window": "2026-03-29/2026-03-29"}, "outside_the_window"),
    ],
)
def test_nothing_confirmed_goes_without_a_reason(folder: Path, changes: dict[str, str], reason: str) -> None:
    old = run(folder)
    window = changes.pop("window", None)
    found = compare_runs(old, run(folder, window, **changes))
    gone = [row for row in found["gone"] if row["person_id"] == record_of(old, "7")]
    assert [row["grade"] for row in gone] == ["confirmed"]
    assert gone[0]["reasons"] == [reason]
    assert gone[0]["why"] == [REASONS[reason]]
    assert found["changed_inputs"]
    assert found["confirmed_gone"] == 1


def test_a_file_that_is_no_input_any_more(folder: Path) -> None:
    (folder / "more.csv").write_text(LATER)
    both = INCIDENT.replace("path: web.csv", "path: [web.csv, more.csv]")
    old, new = run(folder, incident=both), run(folder)
    found = compare_runs(old, new)
    assert [row["reasons"] for row in found["gone"]] == [["log_file_gone"]]
    assert {"part": "input", "name": "more.csv", "what": "gone"} in found["changed_inputs"]


def test_a_gap_that_was_closed_takes_back_what_it_made_possible(folder: Path) -> None:
    gap = "[{until: 2026-03-28T12:00Z, status: complete}, {from: 2026-03-28T12:00Z, status: deleted}]"
    old = run(folder, incident=INCIDENT.replace("coverage: complete", f"coverage: {gap}"))
    found = compare_runs(old, run(folder))
    assert [(row["grade"], row["reasons"]) for row in found["gone"]] == [("possible", ["no_longer_unseen"])]
    assert found["confirmed_gone"] == 0


def test_a_grade_that_fell_says_why(folder: Path) -> None:
    aborted = LOG.replace("/customers/7,200", "/customers/7,499")
    found = compare_runs(run(folder), run(folder, web=aborted))
    assert [(row["old_grade"], row["new_grade"]) for row in found["grades"]] == [("confirmed", "likely")]
    assert found["grades"][0]["why"]
    assert {row["change"] for row in found["fields"]} == {"less_sure"}
    assert compare_runs(run(folder, web=aborted), run(folder))["fields"][0]["change"] == "surer"


def test_people_who_turn_out_to_be_one_or_two(folder: Path) -> None:
    apart = CRM.replace("8,Tarn,bo.day@mail.example.com,Bo Day", "8,Tarn,al@mail.example.com,Ann Lee")
    same = apart.replace("al@mail", "ann.lee@mail")
    old, new = run(folder, web=LATER, crm=apart), run(folder, web=LATER, crm=same)
    merged = compare_runs(old, new)
    assert {row["change"] for row in merged["regrouped"]} == {"merged"}
    assert not merged["gone"]
    split = compare_runs(new, old)
    assert {row["change"] for row in split["regrouped"]} == {"split"}
    assert not split["gone"]


def test_a_confirmed_record_of_somebody_who_stays_does_not_go_unsaid(folder: Path) -> None:
    twice = CRM.replace("8,Tarn,bo.day@mail.example.com,Bo Day", "8,Tarn,ann.lee@mail.example.com,Ann Lee")
    denied = LATER.replace("/customers/8,200", "/customers/8,403")
    old = run(folder, web=LATER, crm=twice)
    found = compare_runs(old, run(folder, web=denied, crm=twice))
    assert not found["gone"]
    assert [(row["record_key"], row["grade"], row["reasons"]) for row in found["records"]] == [
        ("8", "confirmed", ["event_no_longer_counts"])
    ]
    assert found["confirmed_records_gone"] == 1
    told = draw(*tell_difference(found))
    assert "1 confirmed record gone of people who stay: decide." in told
    assert "crm:8 was confirmed" in told


def test_who_was_merged_and_lost_a_field_is_told_why(folder: Path) -> None:
    """The row is told under the new id, its evidence lies under the old ones."""
    apart = CRM.replace("8,Tarn,bo.day@mail.example.com,Bo Day", "8,Tarn,al@mail.example.com,Ann Lee")
    same = apart.replace("al@mail", "ann.lee@mail")
    narrow = INCIDENT.replace("dataset: crm}", "dataset: crm, columns: email}")
    found = compare_runs(run(folder, web=LATER, crm=apart), run(folder, web=LATER, crm=same, incident=narrow))
    assert {row["change"] for row in found["regrouped"]} == {"merged"}
    lost = [row for row in found["fields"] if row["change"] == "lost"]
    assert lost
    assert all(row["reasons"] for row in lost)


def test_why_not_asks_for_whoever_is_gone_by_the_record_of_the_earlier_run(folder: Path) -> None:
    old = run(folder)
    person = record_of(old, "7")
    new = run(folder, web=LATER.replace("/customers/7,200", "/customers/7,403"))
    told = why_not(folder / "incident.yaml", new, person, lambda *_: None)
    assert [(row["record_key"], [near["verdict"] for near in row["events"]]) for row in told["records"]] == [
        ("7", ["denied"])
    ]


def test_other_keys_cannot_be_compared(folder: Path) -> None:
    old = run(folder)
    (folder / "out" / "person.key").write_text("0" * 64)
    with pytest.raises(UsageError, match="different person keys"):
        compare_runs(old, run(folder))


def test_the_door(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = run(folder)
    new = run(folder, web=LATER.replace("/customers/7,200", "/customers/7,403"))
    assert main(["diff", old.name]) == 10
    told = capsys.readouterr().out
    for said in ("1 ADDED, 1 GONE.", "1 confirmed exposure gone", "web.csv", record_of(new, "8"), record_of(old, "7")):
        assert said in told
    assert "example.com" not in told
    assert max(map(len, told.splitlines())) <= 80
    assert main(["diff", new.name, old.name, "--json"]) == 10
    assert json.loads(capsys.readouterr().out)["gone"][0]["person_id"] == record_of(new, "8")
    assert main(["diff", new.name]) == 0
    assert capsys.readouterr().out.startswith("NOTHING ABOUT ANYBODY CHANGED.")
    assert main(["diff", "none"]) == 2
