"""Break a rule, and a drawn case notices: no case is there for show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipeline.engines.on_duckdb import WORDS
from tests.mutations.mutants import MUTANTS, Mutant
from tests.steps import test_steps as drawn


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.rule)
def test_broken_rule_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sound = dict(drawn.steps())
    step = sound[mutant.table]
    assert step.sql.count(mutant.right) >= 1, f"{mutant.table} does not say {mutant.right!r} any more"
    drawn.types()
    broken = sound | {mutant.table: replace(step, sql=step.sql.replace(mutant.right, mutant.wrong))}
    monkeypatch.setattr(drawn, "steps", lambda: broken)
    (case,) = [case for case in drawn.CASES if case.title == mutant.noticed_by]
    with duckdb.connect(config={"threads": 1}) as connection:
        for word in WORDS:
            connection.execute(word)
        with pytest.raises(AssertionError, match=case.place):
            drawn.test_drawn_case(case, connection, tmp_path)
