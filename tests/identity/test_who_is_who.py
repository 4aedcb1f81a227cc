"""What must hold of people whatever the records: runs of small drawn customer lists, read whole."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.explain import explain
from pipeline.kept_apart import review
from pipeline.run import run_incident
from pipeline.why_not import why_not

Row = dict[str, str]
Who = dict[str, str]  # record key → person id
COLUMNS = {
    "given": "first_name", "family": "last_name", "born": "date_of_birth", "zip": "postcode", "mail": "email",
    "phone": "phone", "nid": "national_id",
}  # fmt: skip


def run(
    folder: Path, rows: list[Row], cut: int = 0, decisions: list[str] | None = None, key: str | None = "row"
) -> Path:
    """Scope rows as one dataset that was read whole, in one file or cut in two; the run's folder."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("people-*.csv"):
        old.unlink()
    for number, part in enumerate([rows[:cut], rows[cut:]] if cut else [rows]):
        with (folder / f"people-{number}.csv").open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, ["row", *COLUMNS], restval="")
            lines.writeheader()
            lines.writerows(part)
    (folder / "log.csv").write_text("at,what\n2026-01-01T12:00:00Z,people\n", encoding="utf-8")
    # one key for all folders, so that ids can be compared
    (folder / "person.key").write_text("5c" * 32, encoding="ascii")
    identity: dict[str, object] = {"phone_region": "GB", "key_file": "person.key"}
    if decisions:
        head = "decision,dataset,record_key,other_dataset,other_record_key"
        (folder / "decided.csv").write_text("\n".join([head, *decisions]) + "\n", encoding="utf-8")
        identity["decisions"] = "decided.csv"
    incident = {
        "incident": {"id": "who", "window": "2026-01-01/2026-01-02"},
        "logs": {"web": {"path": "log.csv", "columns": {"time": "at", "resource": "what"}, "coverage": "complete"}},
        "datasets": {
            "people": {"path": "people-*.csv", "role": "crm", "brand": "Acme", "columns": COLUMNS}
            | ({"key": key} if key else {})
        },
        "identity": identity,
    }
    (folder / "incident.yaml").write_text(json.dumps(incident), encoding="utf-8")
    return run_incident(folder / "incident.yaml", None, folder / "out", check_expectations=False).folder


def people(folder: Path) -> Who:
    table = pq.read_table(folder / "exposed_records.parquet", columns=["record_key", "person_id"]).to_pylist()
    return {row["record_key"]: row["person_id"] for row in table}


def changes(folder: Path) -> list[tuple[str, str, str]]:
    rows = pq.read_table(folder / "identity_changes.parquet").to_pylist()
    return [(row["previous_person_id"], row["person_id"], row["change"]) for row in rows]


def some_rows(seed: int, count: int = 40) -> list[Row]:
    """Few names, mailboxes, numbers and dates, so that everything collides."""
    choose = random.Random(seed)
    return [
        {
            "row": f"R{number}",
            "given": choose.choice(["Robert", "Bob", "Anna", "Dan", "Marianne", "Mariane", "R", ""]),
            "family": choose.choice(["Lee", "Meyer", "Stone", ""]),
            "born": choose.choice(["1980-05-17", "1980-05-11", "2006-05-17", "", ""]),
            "zip": choose.choice(["AB1 2CD", "ZZ9 9ZZ", ""]),
            "mail": choose.choice([*(f"m{n}@post.example" for n in range(8)), "", ""]),
            "phone": choose.choice(["020 7946 0018", "", "", ""]),
            "nid": choose.choice(["AB1234", "CD5678", "", "", "", ""]),
        }
        for number in range(count)
    ]


def tables(folder: Path) -> dict[str, pa.Table]:
    """All that was published but what changed since the run before."""
    paths = [path for path in sorted(folder.glob("*.parquet")) if path.stem != "identity_changes"]
    return {path.stem: pq.read_table(path) for path in paths}


def parted(who: Who) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for row, person in who.items():
        groups.setdefault(person, set()).add(row)
    return {frozenset(group) for group in groups.values()}


IDA = {"given": "Ida", "family": "Lund"}
ADA = {"row": "1", "given": "Ada", "family": "Lee", "mail": "ada@post.example"}


def test_order_and_cutting_change_nobody_and_no_id_however_many_join(tmp_path: Path) -> None:
    """Thirty records join in a second run, and two people come apart of whom each bears half of an id."""
    drawn = [
        row | {"row": f"{seed}-{row['row']}", "mail": row["mail"] and f"{seed}{row['mail']}"}
        for seed in range(3)
        for row in some_rows(seed)
    ]
    halves = [IDA | {"row": f"Z{number}", "mail": "z@post.example"} for number in (1, 2)]
    inputs = [[halves[0], *rows, halves[1]] for rows in (drawn[:90], drawn)]
    found = []
    for name, turn, cut in (("one", 1, 0), ("two", -1, 17)):
        before = people(run(tmp_path / name, inputs[0][::turn], cut))
        after = run(tmp_path / name, inputs[1][::turn], cut, ["different,people,Z1,people,Z2"])
        found.append((before, people(after), sorted(changes(after))))
    assert found[0] == found[1]
    before, then, told = found[0]
    assert {(old, new) for old, new, _ in told} == {(old, then[row]) for row, old in before.items() if old != then[row]}
    for part in parted(before):
        heirs = {then[row] for row in part}
        joined = {before[row] for row in before if then[row] in heirs}
        assert len(heirs) > 1 or len(joined) > 1 or heirs == joined


def test_a_list_without_a_key_delivered_twice_changes_nobody(tmp_path: Path) -> None:
    rows = some_rows(7)
    once = run(tmp_path / "one", rows, key=None)
    again = run(tmp_path / "two", random.Random(7).sample([*rows, *rows], 2 * len(rows)), cut=31, key=None)
    assert parted(people(once)) == parted(people(again))
    assert len(people(once)) == len(rows)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_shares_a_row_with_whom_they_contradict(seed: int, tmp_path: Path) -> None:
    """However many records join: two national numbers, a generation between birth dates, Anna and Dan."""
    rows = some_rows(seed, 60)
    for part in parted(people(run(tmp_path, rows))):
        inside = [row for row in rows if row["row"] in part]
        assert len({row["nid"] for row in inside if row["nid"]}) <= 1
        assert len({row["born"][:4] for row in inside if row["born"]}) <= 1
        assert len({row["given"][0] for row in inside if row["given"]} - {"B"}) <= 1


def test_the_same_people_keep_their_ids_whoever_joins_or_leaves(tmp_path: Path) -> None:
    before = people(run(tmp_path, [ADA | {"row": "5"}, ADA | {"row": "6", "mail": "other@post.example"}]))
    joined = [ADA | {"row": "1"}, ADA | {"row": "5"}, ADA | {"row": "6", "mail": "other@post.example"}]
    after = run(tmp_path, joined)
    assert people(after) == {"1": before["5"]} | before
    assert changes(after) == []
    assert people(run(tmp_path, [ADA | {"row": "1"}])) == {"1": before["5"]}


def test_merges_and_splits_are_recorded_and_undone(tmp_path: Path) -> None:
    rows = [ADA, ADA | {"row": "2", "given": "Ben"}, ADA | {"row": "3"}]
    earlier = run(tmp_path, rows)
    first, shown = people(earlier), tables(earlier)
    assert first["1"] == first["3"] != first["2"]
    merged = run(tmp_path, rows, decisions=["same,people,2,people,1"])
    assert set(people(merged).values()) == {first["1"]}
    whose = ["person_id", "link_basis"]
    held = [each["exposed_records"].drop_columns(whose).to_pylist() for each in (shown, tables(merged))]
    assert sorted(map(str, held[0])) == sorted(map(str, held[1]))
    assert changes(merged) == [(first["2"], first["1"], "merged")]
    (now,) = explain(merged, first["2"])["people"]
    assert now["person_id"] == first["1"]
    undone = run(tmp_path, rows)
    assert tables(undone) == shown
    assert changes(undone) == [(first["1"], first["2"], "split")]


def test_an_id_of_long_ago_leads_to_who_it_became(tmp_path: Path) -> None:
    """Merged two runs ago; once by the runs between, once by the registry alone."""
    rows = [ADA, ADA | {"row": "2", "given": "Ben"}, ADA | {"row": "3"}]
    first = people(run(tmp_path, rows))
    between = run(tmp_path, rows, decisions=["same,people,2,people,1"])
    joined = [*rows, ADA | {"row": "4", "mail": "d@post.example", "given": "Dee", "nid": "", "born": ""}]
    latest = run(tmp_path, joined, decisions=["same,people,2,people,1"])
    assert latest.name != between.name
    assert changes(latest) == []
    assert first["2"] not in people(latest).values()
    for _ in range(2):
        (now,) = explain(latest, first["2"])["people"]
        assert now["person_id"] == first["1"]
        told = review(latest, first["2"])["records"]["rows"]
        assert {row[1] for row in told} == {"1", "2", "3"}
        shutil.rmtree(between, ignore_errors=True)
    told = why_not(tmp_path / "incident.yaml", latest, first["2"], lambda *_: None)
    assert (told["read_as"], told["person_ids"]) == ("person_id", [first["1"]])


def test_a_rerun_changes_nothing(tmp_path: Path) -> None:
    rows = some_rows(7)
    first = run(tmp_path, rows)
    again = run(tmp_path, rows)
    assert people(first) == people(again)
    assert first.name == again.name


def test_the_registry_is_private_and_a_broken_one_is_told(tmp_path: Path) -> None:
    run(tmp_path, [ADA])
    (registry,) = (tmp_path / "out" / "identity").glob("*.registry")
    assert registry.stat().st_mode & 0o77 == 0
    assert b"ada" not in registry.read_bytes().lower()
    registry.write_bytes(b"torn")
    with pytest.raises(InputError, match="registry"):
        run(tmp_path, [ADA])


def test_a_decision_on_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"decided\.csv:2"):
        run(tmp_path, [ADA], decisions=["same,people,1,people,99"])


def ring(side: str, size: int) -> list[Row]:
    """One name, mailboxes and numbers that lead from one to the next and back to the first."""
    phones = [f"020 7946 0{number + (500 if side == 'B' else 100)}" for number in range(size)]
    places = [(number, (number + turn) % size, turn) for number in range(size) for turn in (0, 1)]
    return [
        IDA | {"row": f"{side}{number}-{turn}", "mail": f"{side}{number}@post.example", "phone": phones[phone]}
        for number, phone, turn in places
    ]


@pytest.mark.parametrize(("size", "count"), [(4, 1), (11, 2), (21, 42)])
def test_what_one_value_alone_holds_together_comes_apart_where_nobody_has_so_many(
    size: int, count: int, tmp_path: Path
) -> None:
    """Few numbers are one person's; more than twenty come apart at the one that alone holds them, and are asked about."""
    joint = [
        IDA | {"row": f"J{side}", "mail": f"{side}0@post.example", "phone": "020 7946 0018"} for side in ("A", "B")
    ]
    folder = run(tmp_path, [*ring("A", size), *ring("B", size), *joint])
    assert len(set(people(folder).values())) == count
    conflicts = pq.read_table(folder / "identity_conflicts.parquet").to_pylist()
    assert {row["link_basis"] for row in conflicts} == ({"phone"} if count > 1 else set())
    kinds = {row["kind"] for row in pq.read_table(folder / "open_questions.parquet").to_pylist()}
    assert ("contradiction" in kinds) == (count > 1)
