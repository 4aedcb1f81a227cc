"""What a check costs: Great Expectations' own verdict, each query run once, nothing imported for nothing."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter as Tally
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.checks.counts import Counter
from pipeline.checks.keys import KINDS, failing_count_sql
from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

ROWS = "unexpected_rows_expectation"


def test_every_query_of_every_suite_is_run_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Tally[str] = Tally()
    answer = Counter._rows

    def keep(counter: Counter, sql: str) -> list[tuple[object, ...]]:
        asked[sql] += 1
        return answer(counter, sql)

    monkeypatch.setattr(Counter, "_rows", keep)
    bench.judge(*bench.names)
    items = [item for name in bench.names for item in load_suite(find_expectations(), name).expectations]
    queries = Tally(failing_count_sql(item) for item in items if item.type == ROWS)
    assert {sql: asked[sql] for sql in queries} == dict(queries)
    # Every other expectation asks at most its own question, how many rows there are, and how many of them count.
    assert asked.total() <= queries.total() + 3 * (len(items) - queries.total())


def _run(script: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_verdict_is_great_expectations_own() -> None:
    """For each kind of expectation: Great Expectations' class says which metrics it needs and what they mean."""
    from pipeline.checks import judge, unexpected_rows

    for kind in KINDS:
        registered = judge.get_expectation_impl(kind)
        assert registered.__module__.startswith("great_expectations.") or kind == ROWS
    registered = judge.get_expectation_impl(ROWS)
    assert registered is unexpected_rows.UnexpectedRowsExpectation
    assert issubclass(registered, unexpected_rows.Given)
    for count, is_success in ((0, True), (1, False)):
        asked = registered(unexpected_rows_query="select 1 from {batch}")
        assert asked._validate({unexpected_rows.COUNT: count})["success"] is is_success


def test_a_metric_that_is_not_known_fails_what_needs_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise KeyError("metric")

    monkeypatch.setattr(Counter, "metric", refuse)
    results = bench.failures("people")[1]
    assert "columns_are_as_documented" in results
    assert "person_is_the_union_of_their_exposures" in results


def test_what_no_suite_needs_is_not_imported_for_a_check() -> None:
    unwanted = (
        "'scipy.stats._stats_py', 'altair.vegalite', 'sqlalchemy', 'great_expectations.datasource.fluent.sql_datasource',"
        " 'great_expectations.expectations.core.expect_column_kl_divergence_to_be_less_than'"
    )
    said = _run(
        "import sys, pipeline.checks.judge\n"
        f"print([name for name in ({unwanted}) if name in sys.modules])\n"
        "from scipy import stats\n"
        "print(round(stats.norm.cdf(0), 2))"
    )
    assert said == ["[]", "0.5"]


def test_what_is_installed_beside_it_cannot_end_the_checks(tmp_path: Path) -> None:
    for name in ("azure", "boto3", "databricks", "google", "psycopg2", "pyspark", "snowflake", "trino"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(0)")
    said = _run(
        f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nfrom pipeline.checks.deferred import without\n"
        "with without('pyarrow'):\n    import pipeline.checks.judge\nprint('ready')"
    )
    assert said == ["ready"]


def test_a_version_that_needs_what_was_left_out_is_imported_as_it_is() -> None:
    said = _run(
        "from pipeline.checks.deferred import import_bare, without\nwith without('pyspark'):\n"
        "    import_bare('great_expectations', 'exceptions', 'core')\n"
        "from great_expectations import ExpectationSuite\nprint(ExpectationSuite.__module__)"
    )
    assert said == ["great_expectations.core.expectation_suite"]
