"""Only those whom evidence reached, and who is linked to them, are placed; everybody placed gives the same answer."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from pipeline import linking
from pipeline.engines.on_duckdb import DuckDB
from pipeline.run import run_incident
from tests.identity.test_who_is_who import COLUMNS, Row, people, some_rows

# A rule that is learnt from all the data has to be met: common names, values of many, a date that nobody was born on.
SHARED = ("m0@post.example", "1900-01-01")


def crowd(seed: int, count: int = 260) -> list[Row]:
    """Colliding people, chains of shared mailboxes, one mailbox of many, one date that stands for none."""
    choose = random.Random(seed)
    rows = some_rows(seed, count)
    for number, row in enumerate(rows):
        row["given"] = choose.choice(["Robert", "Bob", "Anna", "Dan", "Marianne", "Ida", "R", ""])
        row["family"] = choose.choice(["Lee", "Meyer", "Stone", "Lund", "Moss", "Reed", ""])
        row["mail"] = choose.choice([f"m{number // 3}@post.example", f"m{number // 2}@post.example", "", SHARED[0]])
        row["born"] = choose.choice([f"19{choose.randint(50, 99)}-05-17", SHARED[1], "", ""])
        row["phone"] = choose.choice([f"020 7946 {1000 + number // 4}", "", ""])
        row["nid"] = choose.choice([f"N{number // 5}", "", "", ""])
    return rows


def scope(folder: Path, rows: list[Row], keys: list[str], decisions: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, ["row", *COLUMNS, "up"], restval="")
        lines.writeheader()
        lines.writerows(rows)
    (folder / "log.csv").write_text(f"at,what,keys\n2026-01-01T12:00:00Z,people,{';'.join(keys)}\n", encoding="utf-8")
    head = "decision,dataset,record_key,other_dataset,other_record_key"
    (folder / "decided.csv").write_text("\n".join([head, *decisions]) + "\n", encoding="utf-8")
    roles = {"time": "at", "resource": "what", "record_keys": "keys"}
    held = {
        "path": "people.csv", "role": "crm", "key": "row", "brand": "Acme", "columns": COLUMNS, "links": {"up": "people"},
    }  # fmt: skip
    incident = {
        "incident": {"id": "who", "window": "2026-01-01/2026-01-02"},
        "logs": {"web": {"path": "log.csv", "columns": roles, "coverage": "complete"}},
        "datasets": {"people": held},
        "identity": {"phone_region": "GB", "decisions": "decided.csv"},
    }
    (folder / "incident.yaml").write_text(json.dumps(incident), encoding="utf-8")
    return run_incident(folder / "incident.yaml", None, folder / "out", check_expectations=False).folder


@pytest.mark.parametrize("seed", range(3))
def test_placing_only_the_linked_says_the_same_as_placing_everybody(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = random.Random(seed)
    rows = crowd(seed)
    for row in choose.sample(rows, 10):
        row["up"] = choose.choice(rows)["row"]
    keys = [row["row"] for row in choose.sample(rows, 6)]
    pairs = [choose.sample(rows, 2) for _ in range(12)]
    decisions = [
        f"{word},people,{one['row']},people,{other['row']}"
        for (one, other), word in zip(pairs, ["same", "different"] * 6, strict=True)
    ]
    linked: list[int] = []
    count = linking._count

    def counted(engine: DuckDB, sql: str) -> int:
        linked.append(count(engine, sql))
        return linked[-1]

    monkeypatch.setattr(linking, "_count", counted)
    monkeypatch.setattr(linking, "MOST_SHARE", 1.0)
    some = scope(tmp_path, rows, keys, decisions)
    everybody, *found = linked
    assert len(people(some)) == len(keys) < sum(found) < everybody == len(rows)
    (registry,) = (tmp_path / "out" / "identity").iterdir()
    left = registry.read_bytes()
    registry.unlink()
    monkeypatch.setattr(linking, "MOST_SHARE", -1.0)
    every = scope(tmp_path, rows, keys, decisions)
    assert every.name == some.name
    assert registry.read_bytes() == left


def test_two_ends_of_a_long_chain_are_one_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R0 –mail– R1 –number– R2 –phone– R3 –mail– R4 –link– R5 –phone– R6 –mail– R7; only the two ends were read."""
    ties = [("mail", "a@post.example"), ("nid", "AB1234"), ("phone", "020 7946 0018"), ("mail", "b@post.example")]
    ties += [("up", "R5"), ("phone", "020 7946 0123"), ("mail", "c@post.example")]
    blank = dict.fromkeys(COLUMNS, "")
    rows: list[Row] = [blank | {"row": f"R{place}", "given": "Ida", "family": "Moss"} for place in range(8)]
    for place, (column, value) in enumerate(ties):
        rows[place][column] = value
        if column != "up":
            rows[place + 1][column] = value
    rows += [blank | {"row": f"Q{number}", "given": "Dan", "mail": f"q{number}@post.example"} for number in range(20)]
    monkeypatch.setattr(linking, "MOST_SHARE", 1.0)
    found = people(scope(tmp_path, rows, ["R0", "R7"], []))
    assert found.keys() == {"R0", "R7"}
    assert len(set(found.values())) == 1
