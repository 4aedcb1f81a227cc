"""The gates: what must hold of every landed and published table, and what becomes of a run in which it does not.

This room knows expectations and keys. It must not know how a table was made, nor show a value of one: Great
Expectations is asked whether, and the project's own SQL says which rows, by key, all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checks.keys import failing_keys_sql
from pipeline.checks.looks import read_looks
from pipeline.checks.suites import Expectation, load_suite
from pipeline.errors import GateError

if TYPE_CHECKING:
    from pipeline.checks.judge import Judge

__all__ = ["CheckResult", "clear_keys", "refuse_critical", "run_checks"]


@dataclass(frozen=True)
class CheckResult:
    """What became of one expectation of one table.

    `failing_count` counts the rows that fail; 0 beside a failure means that the table fails as a whole, as it does if a
    column is missing.
    """

    table: str
    expectation: str
    severity: str
    is_success: bool
    failing_count: int
    description: str = ""


def _unheard(_step: str) -> None:
    """Tell nobody."""


def run_checks(
    tables: Mapping[str, str],
    suites: Path,
    quarantine: Path,
    *,
    beside: Mapping[str, str] | None = None,
    scratch: Path | None = None,
    threads: int | None = None,
    memory: str | None = None,
    tell: Callable[[str], None] = _unheard,
) -> list[CheckResult]:
    """Check every table given against its suite and return one result per expectation, in the suites' order.

    `tables` maps a table's name to a Parquet path or glob; those in `beside` can be read by the expectations of others
    and are not checked themselves. `suites` holds one JSON file per table. The keys of all rows that fail an
    expectation are written to `quarantine/<table>.<expectation>.parquet`; keys of an earlier check of these tables are
    cleared first. Great Expectations spills to a private folder under `scratch` (default: the system's). `tell` hears
    which table is being checked.

    Raises GateError if a critical expectation failed, could not be evaluated, or a table or suite is missing.
    """
    loaded = [load_suite(suites, table) for table in tables]
    clear_keys(quarantine, tables)
    from pipeline.checks.judge import open_judge

    with open_judge(tables, beside or {}, read_looks(suites), scratch, threads, memory) as judge:
        results = []
        for number, (table, suite) in enumerate(zip(tables, loaded, strict=True), start=1):
            tell(f"table {number} of {len(loaded)}, {table}")
            verdicts = judge.validate(suite)
            results += [_result(judge, item, verdicts[item.name], quarantine) for item in suite.expectations]
    refuse_critical(results, quarantine)
    return results


def _result(judge: Judge, expectation: Expectation, is_success: bool, quarantine: Path) -> CheckResult:
    count = 0 if is_success else _quarantine(judge, expectation, quarantine)
    return CheckResult(
        expectation.table, expectation.name, expectation.severity, is_success, count, expectation.description
    )


def _quarantine(judge: Judge, expectation: Expectation, quarantine: Path) -> int:
    """Write the keys of all rows that fail and return how many there are."""
    quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = quarantine / f"{expectation.table}.{expectation.name}.parquet"
    return judge.save(failing_keys_sql(expectation), path)


def clear_keys(quarantine: Path, tables: Mapping[str, str]) -> None:
    """Remove what an earlier check of these tables left in quarantine."""
    for table in tables:
        for path in quarantine.glob(f"{table}.*.parquet"):
            path.unlink()


def refuse_critical(results: Sequence[CheckResult], quarantine: Path) -> None:
    """Raise GateError if any critical expectation failed, naming each."""
    failed = [result for result in results if not result.is_success and result.severity == "critical"]
    if not failed:
        return
    lines = [f"  {item.table}.{item.expectation}: {_amount(item)}. {item.description}".rstrip() for item in failed]
    raise GateError(
        f"{len(failed)} critical {'expectation' if len(failed) == 1 else 'expectations'} failed and nothing was"
        " published\n" + "\n".join(lines),
        remedy=f"The keys of all failing rows are in {quarantine}, one Parquet file per expectation. Correct the inputs"
        " or the incident file they point to and run again; if the inputs are right, this is a fault of the tool.",
    )


def _amount(result: CheckResult) -> str:
    if not result.failing_count:
        return "the table as a whole fails"
    return "1 row fails" if result.failing_count == 1 else f"{result.failing_count:,} rows fail"
