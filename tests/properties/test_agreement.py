"""The pipeline and the plain reference give the same rows (semantics, laws 10; issue: at least 1,000 incidents).

`SCOPE_EXAMPLES` says how many incidents Hypothesis makes, `SCOPE_SHRINK=1` makes a failing one small; the seeds below come on top and are chosen so that together
every verdict, grade, state, reach kind, reason and open question occurs.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from adapter import has_pipeline, scope_pipeline
from comparing import differences, without_keyless_keys
from generator import Case, case_by_seed, cases
from hypothesis import HealthCheck, Phase, given, settings
from occurring import Occurred, never_occurred, occurred_in, report
from reference import scope_reference

EXAMPLES = int(os.environ.get("SCOPE_EXAMPLES", "60"))
# Making a failing incident small takes many runs of the pipeline: only where asked for.
PHASES = [Phase.generate, Phase.shrink] if os.environ.get("SCOPE_SHRINK") else [Phase.generate]
SEEDS = [1132, 1854, 884, 671, 531, 1247, 811, 152, 1832, 908, 1630, 541, 1855, 1194]

needs_pipeline = pytest.mark.skipif(not has_pipeline(), reason="there is no pipeline yet")
OCCURRED: Occurred = Occurred()
RUNS: list[int] = []


def agree(case: Case, scope: Callable[[Case], dict[str, list[dict[str, object]]]] = scope_pipeline) -> None:
    """Run both and compare every table."""
    expected = scope_reference(case.incident, case.inputs(), case.window)
    OCCURRED.update(occurred_in(expected))
    found = scope(case)
    if case.has_keyless_rows():
        expected, found = without_keyless_keys(expected), without_keyless_keys(found)
    problems = differences(expected, found)
    assert not problems, "\n".join(problems)
    RUNS.append(1)


def test_chosen_incidents_bring_up_every_word() -> None:
    """By the reference alone; after a change of the generator choose others, from the first two thousand."""
    occurred = Occurred()
    for seed in SEEDS:
        case = case_by_seed(seed)
        occurred.update(occurred_in(scope_reference(case.incident, case.inputs())))
    assert not never_occurred(occurred)


@needs_pipeline
@pytest.mark.parametrize("seed", SEEDS)
def test_chosen_incidents_agree(seed: int) -> None:
    agree(case_by_seed(seed))


@needs_pipeline
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
@given(case=cases())
def test_generated_incidents_agree(case: Case) -> None:
    agree(case)


@needs_pipeline
def test_every_word_occurred(record_property: Callable[[str, object], None]) -> None:
    """Runs last: says how often each word occurred, and fails if one never did."""
    print(f"\n{len(RUNS)} incidents agreed\n{report(OCCURRED)}")  # noqa: T201
    record_property("incidents", len(RUNS))
    assert not never_occurred(OCCURRED)
