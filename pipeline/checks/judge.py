"""Great Expectations' verdicts over what DuckDB counts: asked whether, never which value.

Importing this module imports Great Expectations, which takes seconds: `run_checks` does so when there is something to
check. It says which metrics an expectation needs and whether they mean success; its own way to the data, an engine that
asks every question through two more libraries, takes four times as long as the questions and is left alone. The metrics
are counted by the SQL of `pipeline.checks.counts`.

Its texts can hold values, so none of them leaves this room; its warnings and log lines are silenced for that reason.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.checks.counts import Counter, open_counter
from pipeline.checks.deferred import defer, import_bare, without
from pipeline.checks.keys import KINDS
from pipeline.checks.quiet import quiet
from pipeline.checks.suites import Expectation, Suite
from pipeline.errors import GateError

# Ways to data that Great Expectations takes if they are installed. Nothing here asks for them, and not all can be
# imported everywhere: PySpark ends the process if it lacks something itself.
UNASKED = (
    "azure", "boto3", "botocore", "clickhouse_sqlalchemy", "databricks", "google", "psycopg2", "pyathena", "pypd",
    "pyspark", "shapely", "snowflake", "sqlalchemy", "sqlalchemy_bigquery", "sqlalchemy_dremio", "sqlalchemy_redshift",
    "teradatasqlalchemy", "trino",
)  # fmt: skip

with quiet(), without(*UNASKED):
    # Statistics and charts; ways to data; the kinds of expectations that no suite holds: two thirds of the import.
    defer("altair", "scipy.stats")
    import_bare("great_expectations", "datasource.fluent", "expectations.core")
    from great_expectations.expectations.registry import get_expectation_impl

    for kind in KINDS:
        importlib.import_module(f"great_expectations.expectations.core.{kind}")
    from pipeline.checks import unexpected_rows  # noqa: F401 – importing it registers it

RESULT_FORMAT = "BOOLEAN_ONLY"


class Measured(Mapping[Any, Any]):
    """The metrics of one expectation, counted when Great Expectations asks for them."""

    def __init__(self, counter: Counter, expectation: Expectation) -> None:
        self._counter = counter
        self._expectation = expectation

    def __getitem__(self, identity: Any) -> Any:
        """Return the metric with Great Expectations' identity for it, which begins with its name."""
        return self._counter.metric(self._expectation, identity[0])

    def __contains__(self, identity: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Judge:
    """Great Expectations over one private database with the tables to check."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def validate(self, suite: Suite) -> dict[str, bool]:
        """Return for each expectation's name whether it holds; one that cannot be evaluated does not."""
        self._counter.count_together(suite.expectations)
        return {
            expectation.name: self._holds(expectation, configuration)
            for expectation, configuration in zip(suite.expectations, suite.configurations, strict=True)
        }

    def _holds(self, expectation: Expectation, configuration: Mapping[str, Any]) -> bool:
        # Whatever goes wrong (a column is missing, a query is none): what cannot be judged did not pass.
        try:
            asked = get_expectation_impl(expectation.type)(**configuration["kwargs"], meta=dict(configuration["meta"]))
            metrics: Any = Measured(self._counter, expectation)
            return bool(asked.metrics_validate(metrics, {"result_format": RESULT_FORMAT}).success)
        except GateError:  # nothing was judged
            raise
        except Exception:
            return False

    def save(self, sql: str, path: Path) -> int:
        """Write the rows of `sql` to a file as `Counter.save` does, and return how many there are."""
        return self._counter.save(sql, path)


@contextmanager
def open_judge(
    tables: Mapping[str, str],
    beside: Mapping[str, str],
    looks: Mapping[str, str],
    scratch: Path | None,
    threads: int | None,
    memory: str | None,
) -> Iterator[Judge]:
    """Open a private database as `open_counter` does, silence Great Expectations, and close all of it at the end.

    Raises GateError if a table's path matches no readable Parquet file.
    """
    with quiet(), open_counter(tables, beside, looks, scratch, threads, memory) as counter:
        yield Judge(counter)
