"""What a check costs: Great Expectations' own judge and verdict, each query run once, nothing imported for nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

ROWS = "unexpected_rows_expectation"


def test_every_query_of_every_suite_is_run_once(bench: Bench) -> None:
    from pipeline.checks import judge  # noqa: F401, I001 – it imports Great Expectations, and that sqlalchemy, quietly
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    statements: list[str] = []

    def keep(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        bench.judge(*bench.names)
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    items = [item for name in bench.names for item in load_suite(find_expectations(), name).expectations]
    queries = [item for item in items if item.type == ROWS]
    ends = Counter(_end(item.kwargs["unexpected_rows_query"]) for item in queries)
    run = Counter(end for end in ends for statement in statements if f"{end}) AS" in statement)
    assert sum(1 for statement in statements if "unexpected_row_count" in statement) == len(queries)
    assert {end for end in ends if not run[end]} == set()
    # Every other expectation asks at most its own question and how many rows there are.
    assert len(statements) < len(queries) + 3 * (len(items) - len(queries)) + 3 * len(bench.names)


def _end(query: str) -> str:
    """The part of a query after the last word that Great Expectations fills in."""
    return query.rsplit("{batch}", 1)[-1].rstrip(";").format()


def test_the_verdict_is_great_expectations_own() -> None:
    from pipeline.checks import judge, unexpected_rows

    registered = judge.gx.expectations.registry.get_expectation_impl(ROWS)
    assert registered is unexpected_rows.UnexpectedRowsExpectation
    assert issubclass(registered, unexpected_rows.Given)
    for count, is_success in ((0, True), (1, False)):
        asked = registered(unexpected_rows_query="select 1 from {batch}")
        assert asked._validate({unexpected_rows.COUNT: count})["success"] is is_success


def test_statistics_and_charts_are_not_imported_for_a_check() -> None:
    script = (
        "import sys, pipeline.checks.judge\n"
        "print([name for name in ('scipy.stats._stats_py', 'altair.vegalite') if name in sys.modules])\n"
        "from scipy import stats\n"
        "print(round(stats.norm.cdf(0), 2))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "0.5"]
