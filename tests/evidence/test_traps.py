"""Every trap of the sample incident: explain and why-not tell the true reason, as drawn by hand in `traps.csv`.

`told` lists what must be said of the record: for explain each `reason@file:line`, each link (`!` where it was blocked),
`key_read`; for why-not what may be said, why it was set aside, and `verdict×count` for the events that came near. A trap
about the run as a whole says nothing of one person (`run`).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.explain import explain
from pipeline.why_not import why_not

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "sample_data"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


DRAWN = read(HERE / "traps.csv")
ABOUT_THE_RUN = {"question", "verdict"}


def drawn(command: str) -> pytest.MarkDecorator:
    rows = [row for row in DRAWN if row["command"] == command]
    return pytest.mark.parametrize("row", rows, ids=[f"{row['trap']}-{row['about']}" for row in rows])


def explained(run: Path, dataset: str, key: str, subject: str = "customer") -> set[str]:
    told: set[str] = set()
    for person in explain(run, f"{dataset}:{key}")["people"]:
        for brand in person["brands"]:
            for record in brand["records"]:
                if (record["dataset"], record["record_key"], record["subject"]) == (dataset, key, subject):
                    told |= {f"brand={brand['brand']}"} | said_of(record)
                    told |= {"no_contact"} if not person["contact_count"] else set()
    return told


def said_of(record: dict[str, Any]) -> set[str]:
    told = {("!" if link["is_blocked"] else "") + link["link_basis"] for link in record["links"]}
    for one in record["evidence"]:
        event = one["event"]
        place = f"@{Path(event['file']).name}:{event['line']}" if event else ""
        told.add(one["grade_reason"] + place)
    return told | ({"key_read"} if record["key_reads"] else set())


@drawn("explain")
def test_explain_tells_the_true_reason(row: dict[str, str], sample_run: Path) -> None:
    found = explained(sample_run, *row["about"].split())
    wanted = set(row["told"].split())
    assert wanted <= found
    is_whole = any("@" in word or word.startswith("log_gap ") for word in wanted) and len(wanted) > 1
    beside = (
        "brand=",
        "no_contact",
        "address",
        "name_birth_address",
    )  # further bases of links that the table leaves out
    surplus = {word for word in found - wanted if not word.startswith(beside)}
    assert not is_whole or not surplus, "nothing else is told"


@cache
def asked(run: Path, record: str) -> dict[str, Any]:
    return why_not(SAMPLE / "incident.yaml", run, record, lambda *_: None)


@drawn("why-not")
def test_why_not_tells_the_true_reason(row: dict[str, str], sample_run: Path) -> None:
    dataset, key = row["about"].split()
    found = asked(sample_run, f"{dataset}:{key}")
    record = next((one for one in found["records"] if (one["dataset"], one["record_key"]) == (dataset, key)), None)
    if row["told"] == "no_record":
        assert found["records"] == []
        return
    assert record is not None
    events = {f"{near['verdict']}×{near['count']}" for near in record["events"]}
    told = {record["verdict"], record["set_aside"]} | events | {near["verdict"] for near in record["events"]}
    wanted = set(row["told"].split())
    assert wanted <= told
    assert record["is_listed"] is False
    if any("×" in word for word in wanted):
        assert {word for word in wanted if "×" in word} == events, "nothing else came near"


def test_every_trap_is_drawn() -> None:
    traps = {row["trap"]: row for row in read(SAMPLE / "expected" / "traps.csv")}
    assert {row["trap"] for row in DRAWN} == traps.keys()
    assert {traps[row["trap"]]["check"] for row in DRAWN if row["command"] == "run"} <= ABOUT_THE_RUN
    for row in DRAWN:
        trap = traps[row["trap"]]
        if trap["check"] == "record":
            assert row["command"] == ("why-not" if trap["expected"] == "absent" else "explain"), row["trap"]
