"""The told incident in `sample_data/`, run once and held against the tables its story demands.

The expected tables were derived from the story, never from a run. People have keyed names that differ from machine to
machine, so the tables speak of them by one of their records. A blank expected cell is not compared: the semantics
leaves it open.
"""

from __future__ import annotations

import csv
import gzip
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.paths import find_sql
from pipeline.run import RunResult, run_incident
from pipeline.run_folder import read_step_seconds
from pipeline.steps import load_steps

SAMPLE = Path(__file__).parents[2] / "sample_data"
EXPECTED = SAMPLE / "expected"

Place = tuple[str, ...]
"""A record: dataset, key, subject. An exposure: brand, controller and then a record."""


def read_expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_text(value: Any) -> str:
    """Write a published value as the expected tables do."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def as_lines(table: pl.DataFrame) -> list[dict[str, str]]:
    return [{name: as_text(value) for name, value in row.items()} for row in table.iter_rows(named=True)]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run_incident(SAMPLE / "incident.yaml", None, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def folder(result: RunResult) -> Path:
    return result.folder


@pytest.fixture(scope="module")
def records(folder: Path) -> dict[Place, dict[str, str]]:
    """Return `exposed_records` by dataset, key and subject."""
    lines = as_lines(pl.read_parquet(folder / "exposed_records.parquet"))
    return {(line["dataset"], line["record_key"], line["subject"]): line for line in lines}


@pytest.fixture(scope="module")
def exposures(folder: Path, records: dict[Place, dict[str, str]]) -> dict[Place, dict[str, str]]:
    """Return `exposures` by brand, controller and the person's first exposed record under them."""
    first: dict[Place, Place] = {}
    for record, line in sorted(records.items(), reverse=True):
        first[line["brand"], line["controller"], line["person_id"]] = record
    parts = [pl.read_parquet(path) for path in sorted((folder / "exposures").glob("*.parquet"))]
    return {
        (line["brand"], line["controller"], *first[line["brand"], line["controller"], line["person_id"]]): line
        for line in as_lines(pl.concat(parts))
    }


def assert_same(expected: Iterable[dict[str, str]], found: dict[Place, dict[str, str]], names: list[str]) -> None:
    """Compare row by row; the message names records of the sample, which are nobody's."""
    wanted = {tuple(line[name] for name in names): line for line in expected}
    missing, surplus = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    assert not missing, f"{len(missing)} missing, first: {missing[:5]}"
    assert not surplus, f"{len(surplus)} too many, first: {surplus[:5]}"
    wrong = [
        f"{place}: {name} is {found[place][name]!r}, expected {cell!r}"
        for place, line in wanted.items()
        for name, cell in line.items()
        if found[place][name] != cell and not (cell == "" and name.endswith("_at"))
    ]
    assert not wrong, f"{len(wrong)} cells differ:\n" + "\n".join(wrong[:20])


def test_exposures(exposures: dict[Place, dict[str, str]]) -> None:
    names = ["brand", "controller", "dataset", "record_key", "subject"]
    # The published row has no single dataset or key; the place it is found by stands for them.
    found = {place: line | dict(zip(names, place, strict=True)) for place, line in exposures.items()}
    assert_same(read_expected("exposures"), found, names)


def test_exposed_records(records: dict[Place, dict[str, str]]) -> None:
    assert_same(read_expected("exposed_records"), records, ["dataset", "record_key", "subject"])


def test_counts_by_brand_and_grade(exposures: dict[Place, dict[str, str]]) -> None:
    found = Counter((line["brand"], line["controller"], line["grade"]) for line in exposures.values())
    expected = read_expected("exposure_counts")
    assert found == {(e["brand"], e["controller"], e["grade"]): int(e["exposure_count"]) for e in expected}


def test_totals(
    result: RunResult, records: dict[Place, dict[str, str]], exposures: dict[Place, dict[str, str]]
) -> None:
    expected = {line["what"]: int(line["count"]) for line in read_expected("totals")}
    assert pl.read_parquet(result.folder / "people.parquet").height == expected["people"]
    assert len(exposures) == expected["exposures"]
    assert len(records) == expected["exposed_records"]
    assert sum(event_counts(result.folder).values()) == expected["events"]
    assert len(list((result.folder / "exposures").glob("*.parquet"))) == expected["brands"]
    assert result.summary["verdict"] == "customer_data_read"


def event_counts(folder: Path) -> dict[str, int]:
    funnel = pl.read_parquet(folder / "funnel.parquet").filter(pl.col("stage") == "events")
    return {line["outcome"]: int(line["item_count"]) for line in as_lines(funnel) if line["item_count"] != "0"}


def test_every_event_has_its_verdict(folder: Path) -> None:
    expected = {line["verdict"]: int(line["event_count"]) for line in read_expected("verdicts")}
    assert event_counts(folder) == expected


def test_accesses_are_the_events_that_reached_data(folder: Path) -> None:
    expected = {line["verdict"]: int(line["event_count"]) for line in read_expected("verdicts")}
    found = Counter(pl.read_parquet(folder / "accesses.parquet")["verdict"])
    assert found == {verdict: expected[verdict] for verdict in ("reached", "key_read")}


@pytest.mark.parametrize("table", ["unresolved", "coverage", "rejects"])
def test_small_tables(folder: Path, table: str) -> None:
    expected = read_expected(table)
    found = as_lines(pl.read_parquet(folder / f"{table}.parquet").select(list(expected[0])))
    assert sorted(found, key=str) == sorted(map(with_fractionless_stamps, expected), key=str)


def with_fractionless_stamps(line: dict[str, str]) -> dict[str, str]:
    return {name: as_text(datetime.fromisoformat(v)) if name.endswith("_at") else v for name, v in line.items()}


def test_open_questions(folder: Path) -> None:
    found = question_counts(folder)
    expected = {line["kind"]: line["item_count"] for line in read_expected("open_questions")}
    assert sorted(found) == sorted(expected)
    assert {kind: str(found[kind]) for kind in expected if expected[kind]} == {k: v for k, v in expected.items() if v}


def question_counts(folder: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in as_lines(pl.read_parquet(folder / "open_questions.parquet")):
        counts[line["kind"]] += int(line["item_count"])
    return counts


TRAPS = read_expected("traps")


def traps(check: str) -> pytest.MarkDecorator:
    """Parametrise over the drawn traps of one kind; the trap's reason stands in the failure."""
    drawn = [trap for trap in TRAPS if trap["check"] == check]
    return pytest.mark.parametrize("trap", drawn, ids=[trap["trap"] for trap in drawn])


def record_named(text: str) -> Place:
    """Read 'dataset key' or 'dataset key subject'."""
    dataset, key, *subject = text.split()
    return dataset, key, subject[0] if subject else "customer"


@traps("record")
def test_trap_of_a_record(trap: dict[str, str], records: dict[Place, dict[str, str]]) -> None:
    line = records.get(record_named(trap["about"]))
    names = ("brand", "grade", "access", "event_count", "fields", "protected_fields")
    found = "absent" if line is None else " | ".join(line[name] or "-" for name in names)
    assert found == trap["expected"], trap["reason"]


@traps("people")
def test_trap_of_identity(trap: dict[str, str], records: dict[Place, dict[str, str]]) -> None:
    people = {records[record_named(text)]["person_id"] for text in trap["about"].split(" + ")}
    assert len(people) == int(trap["expected"]), trap["reason"]


@traps("crm")
def test_trap_of_a_crm_record(
    trap: dict[str, str],
    records: dict[Place, dict[str, str]],
    exposures: dict[Place, dict[str, str]],
) -> None:
    record = records[record_named(trap["about"])]
    known = {line["has_crm_record"] for line in exposures.values() if line["person_id"] == record["person_id"]}
    assert known == {trap["expected"]}, trap["reason"]


@traps("verdict")
def test_trap_of_a_verdict(trap: dict[str, str], folder: Path) -> None:
    assert event_counts(folder).get(trap["about"]) == int(trap["expected"]), trap["reason"]


@traps("question")
def test_trap_of_an_open_question(trap: dict[str, str], folder: Path) -> None:
    count = question_counts(folder)[trap["about"]]
    assert count > 0, trap["reason"]
    assert trap["expected"] in ("", str(count)), trap["reason"]


@traps("unresolved")
def test_trap_of_a_record_nobody_finds(trap: dict[str, str], folder: Path) -> None:
    log, dataset, key = trap["about"].split()
    lines = as_lines(pl.read_parquet(folder / "unresolved.parquet"))
    places = [((line["log"], line["dataset"], line["record_key"]), line["reason"]) for line in lines]
    assert [reason for place, reason in places if place == (log, dataset, key)] == [trap["expected"]], trap["reason"]


@traps("possible")
def test_trap_of_a_gap(trap: dict[str, str], records: dict[Place, dict[str, str]]) -> None:
    datasets = {dataset for (dataset, _, _), line in records.items() if line["grade"] == "possible"}
    assert datasets == {trap["about"]}, trap["reason"]


def test_every_trap_is_checked_once_and_told() -> None:
    checks = {"record", "people", "crm", "verdict", "question", "unresolved", "possible"}
    assert {trap["check"] for trap in TRAPS} == checks
    names = [trap["trap"] for trap in TRAPS]
    assert len(names) == len(set(names))
    told = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"| `{name}` |" not in told] == []


def test_traps_agree_with_the_expected_tables() -> None:
    lines = read_expected("exposed_records")
    expected: dict[Place, dict[str, str]] = {(e["dataset"], e["record_key"], e["subject"]): e for e in lines}
    for trap in (trap for trap in TRAPS if trap["check"] == "record"):
        line = expected.get(record_named(trap["about"]))
        assert (line is None) == (trap["expected"] == "absent"), trap["trap"]
        assert line is None or trap["expected"].split(" | ")[1] == line["grade"], trap["trap"]


def test_the_sample_is_made_the_same_again(tmp_path: Path) -> None:
    """Whoever changes the story runs the maker; the files in the repository are what it makes."""
    subprocess.run([sys.executable, str(SAMPLE / "make_sample.py"), str(tmp_path)], check=True, timeout=120)
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) > 20
    for path in made:
        assert content_of(path) == content_of(SAMPLE / path.relative_to(tmp_path)), path.name


def content_of(path: Path) -> object:
    if path.suffix == ".parquet":
        return pl.read_parquet(path).to_dicts()
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def test_every_step_was_timed_beside_what_is_sealed(result: RunResult) -> None:
    assert set(read_step_seconds(result.folder)) == {step.name for step in load_steps(find_sql())}
    assert "timings" not in (result.folder / "manifest.json").read_text()
