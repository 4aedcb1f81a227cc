"""Drawn statements through reading and replay, held against what a real engine delivered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Protocol

import pyarrow.parquet as pq

from pipeline.statements import Reading, read_statement
from pipeline.statements.plans import write_plan
from pipeline.statements.replay import replay
from tests.statements.asking import Asked, draw_statement
from tests.statements.shop import DECLARED, SCHEMA, Shop, keys_by_number, write_cells


class Engine(Protocol):
    name: str

    def answers(self, asked: list[tuple[datetime, str]]) -> list[set[str] | None]: ...


@dataclass
class Findings:
    """What came of it: statements compared, how many were exact, and what was wrong."""

    compared: int = 0
    refused: int = 0
    exact: Counter[str] = field(default_factory=Counter)
    likely: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def draw(random: Random, engine: str, instants: list[datetime], count: int) -> list[tuple[datetime, Asked]]:
    return [(random.choice(instants), draw_statement(random, engine)) for _ in range(count)]


def hold_against(
    engine: Engine, shop: Shop, asked: list[tuple[datetime, Asked]], folder: Path, *, is_csv: bool, is_declared: bool
) -> Findings:
    """Replay every statement and compare: surely delivered ⊆ delivered ⊆ perhaps delivered, and columns equal."""
    findings = Findings()
    # SQLite has no dates: its columns of days hold text
    kinds = DECLARED | ({"timestamp": "text", "date": "text"} if engine.name == "sqlite" else {})
    files = write_cells(shop, folder, is_csv=is_csv, declared=kinds if is_declared else {})
    readings = [read_statement(each.sql, SCHEMA, each.dialect) for _, each in asked]
    replayed = _replayed(readings, asked, files, folder)
    known = keys_by_number(shop)
    questions = [
        (place, at, dataset, sql) for place, (at, each) in enumerate(asked) for dataset, sql in each.truths.items()
    ]
    answers = engine.answers([(at, sql) for _, at, _, sql in questions])
    refused = {place for (place, *_), answer in zip(questions, answers, strict=True) if answer is None}
    findings.refused = len(refused)
    for place, reading in enumerate(readings):
        if place not in refused:
            _compare_columns(asked[place][1], reading, findings)
    is_exact = dict.fromkeys(range(len(asked)), True)
    for (place, at, dataset, sql), answer in zip(questions, answers, strict=True):
        if place in refused or answer is None:
            continue
        sure, perhaps = _keys(replayed.get((place, dataset), {}), known, at)
        statement = asked[place][1].sql
        if not answer <= sure | perhaps:
            findings.wrong.append(f"lost {sorted(answer - sure - perhaps)[:5]}: {statement}  [{sql}] at {at}")
        if not sure <= answer:
            findings.wrong.append(f"invented {sorted(sure - answer)[:5]}: {statement}  [{sql}] at {at}")
        is_exact[place] = is_exact[place] and not perhaps - sure
    for place, (_, each) in enumerate(asked):
        if place not in refused:
            findings.compared += 1
            (findings.exact if is_exact[place] else findings.likely)[each.kind] += 1
    return findings


def _compare_columns(asked: Asked, reading: Reading, findings: Findings) -> None:
    delivered: dict[str, set[str]] = {}
    for delivery in reading.deliveries:
        delivered.setdefault(delivery.dataset, set()).update(delivery.columns or ("everything",))
    if delivered != asked.columns:
        findings.wrong.append(f"columns {delivered}, drawn {asked.columns}: {asked.sql}")


def _replayed(
    readings: list[Reading], asked: list[tuple[datetime, Asked]], files: dict[str, Path], folder: Path
) -> dict[tuple[int, str], dict[int, bool]]:
    """(statement, dataset) → record number → whether surely delivered."""
    plans: dict[str, int] = {}
    wanted: list[tuple[int, datetime]] = []
    owners: dict[tuple[int, datetime], list[tuple[int, str]]] = {}
    for place, reading in enumerate(readings):
        for delivery in reading.deliveries:
            assert delivery.plan is not None, asked[place][1].sql
            number = plans.setdefault(write_plan(delivery.plan), len(plans) + 1)
            wanted.append((number, asked[place][0]))
            owners.setdefault(wanted[-1], []).append((place, delivery.dataset))
    replays, records = replay({number: text for text, number in plans.items()}, wanted, files, folder)
    by_replay: dict[int, list[tuple[int, bool]]] = {}
    for row in pq.read_table(str(records)).to_pylist():
        by_replay.setdefault(row["replay_number"], []).append((row["record_number"], row["reason"] is None))
    found: dict[tuple[int, str], dict[int, bool]] = {}
    for row in pq.read_table(str(replays)).to_pylist():
        for owner in owners[row["plan_number"], row["occurred_at"]]:
            held = found.setdefault(owner, {})
            for number, is_sure in by_replay.get(row["replay_number"], []):
                held[number] = held.get(number, False) or is_sure
    return found


def _keys(
    records: dict[int, bool], known: dict[int, tuple[str, str, datetime, datetime]], at: datetime
) -> tuple[set[str], set[str]]:
    """Name the records by their keys, as far as they stood at the instant."""
    standing = {number: is_sure for number, is_sure in records.items() if known[number][2] <= at < known[number][3]}
    sure = {known[number][1] for number, is_sure in standing.items() if is_sure}
    return sure, {known[number][1] for number in standing}
