"""Whom identity has to place: everybody whom evidence reached and whoever is linked to them, one round after the other.

Who shares a value that ties with somebody linked is linked too; asked of the engine until nobody new is found. What
ties is SQL; this room knows the names of tables and when to stop, and no rule. Where most are linked anyway, all are
taken: the answer is the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from pipeline.engines.base import Engine
from pipeline.steps import Step, upstream

LINKED = "linked_subjects"
REACHED = "int_reached_subjects"
TIED = "int_tied_subjects"
# Of no round: where everybody is linked, nobody has to be found.
EVERYBODY = "select distinct subject_number, cast(null as integer) as round_number from int_record_subjects"
# Who was found last is asked for who shares something with them; everybody else was asked before.
NEXT = f"select * from {LINKED} union all select subject_number, {{number}} as round_number from {TIED}"  # noqa: S608
# From here on a round costs more than it saves.
MOST_SHARE = 0.25

Build = Callable[[tuple[Step, ...]], None]


def link_reached(engine: Engine, steps: tuple[Step, ...], build: Build) -> tuple[Step, ...]:
    """Build `linked_subjects`: every subject that a tie, or a chain of ties, leads to from a reached one.

    `build` builds steps that stand already anew. What does not depend on who is linked must have been built before:
    `standing_before(steps)`. Returns the steps that stand now for those who are linked.
    """
    everybody = _count(engine, EVERYBODY)
    engine.build(LINKED, f"select subject_number, 0 as round_number from {REACHED}")  # noqa: S608
    count = _count(engine, f"select * from {LINKED}")  # noqa: S608
    for number in itertools.count(1):
        if count > MOST_SHARE * everybody:
            break
        build(_rounds(steps))
        found = _count(engine, f"select * from {TIED}")  # noqa: S608
        if not found:
            return _rounds(steps)
        engine.build(LINKED, NEXT.format(number=number))
        count += found
    link_everybody(engine)
    return ()


def link_everybody(engine: Engine) -> None:
    """Build `linked_subjects` of all subjects."""
    engine.build(LINKED, EVERYBODY)


def standing_before(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that a round reads and that do not depend on who is linked."""
    repeated = set(_rounds(steps))
    return tuple(step for step in upstream(steps, {TIED, REACHED}) if step not in repeated)


def _rounds(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that depend on who is linked, up to who is tied to them."""
    stale = {LINKED}
    found = []
    for step in upstream(steps, {TIED}):
        if stale & set(step.reads):
            stale.add(step.name)
            found.append(step)
    return tuple(found)


def _count(engine: Engine, sql: str) -> int:
    return int(engine.rows(f"select count(*) from ({sql})")[0][0])  # noqa: S608
