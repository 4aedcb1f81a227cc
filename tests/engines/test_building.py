"""Each table is built once, in order, and let go once nobody reads it; what others ask for stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.building import Building
from pipeline.paths import find_sql
from pipeline.steps import Step, load_steps
from pipeline.stopwatch import Stopwatch


class Ledger:
    """An engine that only writes down what it is told, and refuses what a real one would."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.standing: set[str] = set()

    def build(self, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        missing = {word for word in sql.split() if word.startswith("t_")} - self.standing
        assert not missing, f"{name} is built of {missing}, which are gone or not there yet"
        self.told.append(name)
        self.standing.add(name)

    def drop(self, names: Sequence[str]) -> None:
        for name in names:
            self.told.append(f"-{name}")
            self.standing.remove(name)


def step(name: str, *reads: str) -> Step:
    return Step(name, "intermediate", Path(name), reads, " ".join(reads))


CHAIN = (step("t_a"), step("t_b", "t_a"), step("t_c", "t_a"), step("t_d", "t_b", "t_c"), step("t_e", "t_d"))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def building(ledger: Ledger, steps: tuple[Step, ...], *kept: str) -> Building:
    return Building(ledger, steps, Stopwatch(lambda *_: None), kept)


def test_a_table_goes_with_its_last_reader(ledger: Ledger) -> None:
    one = building(ledger, CHAIN, "t_e")
    one.build_rest(lambda step: ledger.build(step.name, step.sql))
    assert ledger.told == ["t_a", "t_b", "t_c", "-t_a", "t_d", "-t_b", "-t_c", "t_e", "-t_d"]


def test_what_is_asked_for_stays_until_it_was_asked(ledger: Ledger) -> None:
    one = building(ledger, CHAIN, "t_e")
    one.build_up_to({"t_d"}, {"t_b", "t_d"})
    assert ledger.told == ["t_a", "t_b", "t_c", "-t_a", "t_d", "-t_c"]
    one.build_rest(lambda step: ledger.build(step.name, step.sql))
    assert ledger.told[6:] == ["t_e", "-t_b", "-t_d"]


@pytest.mark.parametrize("is_settled", [False, True])
def test_what_is_built_again_is_done_only_when_that_is_said(ledger: Ledger, is_settled: bool) -> None:
    one = building(ledger, CHAIN, "t_e")
    one.build_up_to({"t_b", "t_c"})
    for _ in range(2):
        one.build_again(CHAIN[3:4])
    one.settle(CHAIN[3:4] if is_settled else ())
    one.build_rest(lambda step: ledger.build(step.name, step.sql))
    assert [name for name in ledger.told if name == "t_d"] == ["t_d"] * (2 if is_settled else 3)
    assert ledger.standing == {"t_e"}


def test_no_step_of_the_catalogue_reads_what_was_let_go(ledger: Ledger) -> None:
    steps = load_steps(find_sql())
    names = {step.name for step in steps}
    reads = {step.name: [f"t_{name}" for name in step.reads if name in names] for step in steps}
    bare = tuple(step(f"t_{one.name}", *reads[one.name]) for one in steps)
    building(ledger, bare, "t_exposures").build_rest(lambda step: ledger.build(step.name, step.sql))
    assert ledger.standing == {"t_exposures"}


def test_each_table_is_told_with_its_place_and_the_stage_it_belongs_to(ledger: Ledger) -> None:
    told: list[tuple[str, int, str]] = []

    def report(stage: str, count: int, step: str = "") -> None:
        told.append((stage, count, step))

    watch = Stopwatch(report)
    one = Building(ledger, CHAIN, watch)
    with watch.stage("first"):
        one.build_up_to({"t_a"})
    with watch.stage("then"):
        one.build_again(CHAIN[1:2])
        one.settle(CHAIN[1:2])
        one.build_up_to({"t_c"})
    assert told == [
        ("first", 0, ""),
        ("first", 0, "table 1 of 5, t_a"),
        ("then", 0, ""),
        ("then", 0, "table 2 of 5, t_b"),
        ("then", 0, "table 3 of 5, t_c"),
    ]
