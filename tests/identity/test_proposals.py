"""`scope propose` and `scope people`: what is proposed, what is told, and that neither shows a value."""

from __future__ import annotations

import csv
import json
import random
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.identity.test_who_is_who import people, run

needs_splink = pytest.mark.skipif(find_spec("splink") is None, reason="the extra [fuzzy] is not installed")


def mistaken_rows(count: int) -> list[dict[str, str]]:
    """People who stand in the list twice, once with a birth date that is wrong altogether."""
    choose = random.Random(11)

    def word(length: int) -> str:
        return "".join(choose.choice("abcdefghiklmnorstuw") for _ in range(length)).title()

    rows = []
    for number in range(count):
        born, wrong = (
            f"{choose.randint(1940, 2000)}-0{choose.randint(1, 9)}-{choose.randint(10, 28)}" for _ in range(2)
        )
        one = {"given": word(7), "family": word(8), "zip": word(6), "mail": f"{word(9)}@post.example"}
        rows.append(one | {"row": f"A{number}", "born": born})
        rows.append(one | {"row": f"B{number}", "born": wrong, "mail": ""})
    return rows


@needs_splink
@pytest.mark.filterwarnings("ignore")
def test_pairs_are_proposed_for_decision_and_merge_nobody_by_themselves(tmp_path: Path) -> None:
    rows = mistaken_rows(60)
    before = people(run(tmp_path, rows))
    target = tmp_path / "decided.csv"
    assert main(["propose", str(target), "--incident", str(tmp_path / "incident.yaml"), "--threshold", "0.5"]) == 0
    with target.open(encoding="utf-8", newline="") as file:
        proposed = list(csv.DictReader(file))
    assert proposed
    assert target.stat().st_mode & 0o77 == 0
    assert {row["decision"] for row in proposed} == {""}
    assert all(float(row["match_probability"]) >= 0.5 and "weight_of_email" in row for row in proposed)
    assert all(before[row["record_key"]] != before[row["other_record_key"]] for row in proposed)
    assert "post.example" not in target.read_text(encoding="utf-8")
    # Undecided proposals bind nobody.
    assert people(run(tmp_path, rows, decisions=[",people,1,people,2"])) == before


def test_who_was_kept_apart_is_told_without_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"row": "1", "given": "Ada", "family": "Lee", "mail": "home@post.example"},
        {"row": "2", "given": "Ben", "family": "Lee", "mail": "home@post.example"},
    ]
    found = people(run(tmp_path, rows))
    assert main(["people", "--out", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (case,) = told["cases"]["rows"]
    assert set(case[:2]) == set(found.values())
    assert case[2] == "email"
    assert main(["people", found["1"], "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert found["2"] in shown
    assert "home@post.example" not in shown
    assert main(["people", "pnobody", "--out", str(tmp_path / "out")]) == 2
