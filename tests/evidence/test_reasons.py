"""Every word that the rules decide by has its sentence, and no sentence is for a word that nobody says.

The words are read out of the rules themselves: the SQL that decides, the constants of intake, the suites.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipeline import reasons
from pipeline.intake import reach
from pipeline.paths import find_expectations, find_sql
from pipeline.report.page import COUNTED, LINES, MEANINGS
from pipeline.statements import reading, replay
from pipeline.steps import load_steps
from pipeline.summary import OUTCOMES

STEPS = {step.name: step for step in load_steps(find_sql())}
REASON_COLUMNS = ("grade_reason", "inexact_reason", "unmapped_reason", "time_reason", "page_reason", "replay_reason")
OF_STATEMENTS = (
    reading.AMBIGUOUS_TABLE,
    reading.CURSOR,
    reading.UNREAD_PREDICATE,
    reading.UNREADABLE_STATEMENT,
    replay.UNSURE_LIMIT,
)


def said(columns: tuple[str, ...], *tables: str) -> set[str]:
    """The words that the SQL of `tables` (default: all) can put into a column of that name."""
    trees = [sqlglot.parse_one(STEPS[name].sql, dialect="duckdb") for name in tables or STEPS]
    found = [alias.this for tree in trees for alias in tree.find_all(exp.Alias) if alias.alias in columns]
    return {word for value in found for word in _results(value)} - {"~"}


def _results(value: exp.Expression) -> Iterator[str]:
    """The texts that an expression can come to, without those that it only compares with."""
    if isinstance(value, exp.Literal) and value.is_string:
        yield str(value.this)
    elif isinstance(value, exp.Case):
        for branch in value.args["ifs"]:
            yield from _results(branch.args["true"])
            if isinstance(branch.this, exp.In) and branch.this.this == branch.args["true"]:
                # `when x in ('a', 'b') then x` passes on what it compares with.
                yield from (str(word.this) for word in branch.this.expressions)
        if value.args.get("default"):
            yield from _results(value.args["default"])
    elif isinstance(value, (exp.Coalesce, exp.Least, exp.Min, exp.Max, exp.Paren)):
        for part in value.iter_expressions():
            yield from _results(part)


def value_set(table: str, column: str) -> set[str]:
    suite = json.loads((find_expectations() / f"{table}.json").read_text(encoding="utf-8"))
    (words,) = [
        item["kwargs"]["value_set"]
        for item in suite["expectations"]
        if item["kwargs"].get("column") == column and "value_set" in item["kwargs"]
    ]
    return set(words)


def test_every_reason_of_a_grade() -> None:
    words = said(REASON_COLUMNS) | set(reach._REASONS) | set(OF_STATEMENTS)
    assert words == set(reasons.GRADE_REASONS)
    assert value_set("evidence", "grade_reason") == words
    assert len(words) > 25


def test_every_verdict_of_an_event() -> None:
    words = said(("verdict",), "int_event_verdicts") | said(("content",), "int_event_contents")
    assert {"redirected", "not_a_read", "outside_window"} < words
    assert words - {"read"} == set(reasons.VERDICT_REASONS) - {"not_there_then"}
    assert words - {"read", "reached"} <= set(OUTCOMES)
    assert reasons.reason_of_verdict("not_there_then").rule == "int_reached_records"


def test_every_reason_for_setting_aside_and_every_unresolved_thing() -> None:
    assert said(("reason",), "int_set_aside_records") == set(reasons.SET_ASIDE)
    assert set(reasons.SET_ASIDE) <= set(OUTCOMES)
    unresolved = said(("reason",), "int_unanswered_reaches") | said(("reason",), "int_unresolved_reaches")
    assert unresolved == set(reasons.UNRESOLVED)


def test_every_outcome_of_the_funnel() -> None:
    words = said(("outcome",), "funnel")
    assert words <= {*OUTCOMES, *COUNTED, *LINES, *MEANINGS}


def test_every_kind_of_reach_and_every_basis_of_a_link() -> None:
    suite = (find_expectations() / "accesses.json").read_text(encoding="utf-8")
    kinds = suite.split("these.reach_kind not in (")[1].split(")")[0]
    assert {kind.strip(" '") for kind in kinds.split(",")} == set(reasons.REACHES)
    assert value_set("links", "link_basis") == set(reasons.LINKS)


def test_every_status_of_coverage() -> None:
    statuses = duckdb.sql(STEPS["stg_coverage_statuses"].sql).fetchall()
    assert {row[0] for row in statuses} == set(reasons.COVERAGE)
    is_gap = {row[0]: row[2] for row in statuses}
    assert {status for status, told in reasons.COVERAGE.items() if told.startswith("missing")} == {
        status for status, gap in is_gap.items() if gap
    }


def test_every_kind_of_question_has_its_sentence() -> None:
    told = dict(duckdb.sql(STEPS["stg_question_kinds"].sql).fetchall())
    asking = [name for name in STEPS if name.startswith("int_questions_of_")]
    asked = said(("kind",), *asking) | said(("grade_reason",), "int_questions_of_coverage") - {""}
    assert asked - set(told) == set()
    assert all(sentence.endswith("?") for sentence in told.values())


@pytest.mark.parametrize("words", [reasons.GRADE_REASONS, reasons.VERDICT_REASONS], ids=["grades", "verdicts"])
def test_each_reason_names_the_rule_that_decides_it(words: dict[str, reasons.Reason]) -> None:
    for word, reason in words.items():
        assert reason.place == f"sql/{STEPS[reason.rule].floor}/{reason.rule}.sql", word
        assert not reason.sentence.endswith("."), word
