"""Statements by other hands: none crashes, and every difference from what others read is explained."""

from __future__ import annotations

import pytest

from tests.statements.corpora import (
    DATA,
    Compared,
    compare_columns,
    compare_pgaudit,
    compare_tables,
    read_dialects,
)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the statements by other hands are not here (../shared/data)")


def test_no_statement_of_any_dialect_crashes() -> None:
    verdicts = read_dialects()
    assert verdicts.total() == 915
    assert verdicts["unread"] < 0.05 * verdicts.total()


@pytest.mark.parametrize(
    ("compare", "least"),
    [(compare_tables, 0.85), (compare_columns, 0.85), (compare_pgaudit, 0.8)],
    ids=["tables", "columns", "pgaudit"],
)
def test_tables_and_columns_are_those_that_others_resolved(compare: object, least: float) -> None:
    found: Compared = compare()  # type: ignore[operator]
    assert not found.wrong
    assert found.equal + found.errata.total() == found.compared
    assert found.equal >= least * found.compared
