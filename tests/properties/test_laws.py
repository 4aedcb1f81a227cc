"""The laws of the semantics, section 11, that hold for any incident, on the pipeline alone.

Laws 9 (every engine) and 10 (the reference) have files of their own. `SCOPE_LAW_EXAMPLES` says how many incidents each
law is tried on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from adapter import has_pipeline, read_bytes, run_apart, run_pipeline, scope_pipeline
from changing import (
    CANARY_EMAIL,
    CANARY_KEY,
    delivered_twice,
    shuffled,
    split,
    with_canary,
    with_fewer_events,
    with_intruder_reads_only,
    without_last_dataset,
    without_masked,
)
from comparing import count_rows
from generator import PERSON_KEY, Case, case_by_seed
from reference import scope_reference
from reference.clock import read_window
from reference.people import keyed

EXAMPLES = int(os.environ.get("SCOPE_LAW_EXAMPLES", "4"))
SEEDS = range(5000, 5000 + EXAMPLES)
Tables = dict[str, list[dict[str, Any]]]

pytestmark = pytest.mark.skipif(not has_pipeline(), reason="there is no pipeline yet")


def stage(tables: Tables, name: str) -> dict[str, int]:
    """One stage of the funnel."""
    return {row["outcome"]: row["item_count"] for row in tables["funnel"] if row["stage"] == name}


def record_rows(tables: Tables) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of exposed_records by what names them."""
    names = ("dataset", "record_key", "subject", "brand", "controller")
    return {tuple(row[name] for name in names): row for row in tables["exposed_records"]}


def confirmed(tables: Tables) -> set[tuple[Any, ...]]:
    """The record rows that are certain."""
    return {name for name, row in record_rows(tables).items() if row["grade"] == "confirmed"}


def instants(window: tuple[Any, Any]) -> str:
    """A window as two instants in UTC."""
    return "/".join(f"{end.isoformat()}Z" for end in window)


def window_of(case: Case) -> tuple[Any, Any]:
    """A case's window in UTC."""
    return read_window(case.incident["incident"]["window"], case.incident["incident"]["zone"])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_event_and_record_is_counted_once(seed: int) -> None:
    """Laws 1, 2 and 7."""
    case = case_by_seed(seed)
    tables = scope_pipeline(case)
    lines = stage(tables, "lines")
    assert sum(lines.values()) == sum(len(log.lines) for log in case.inputs().logs.values())
    assert sum(stage(tables, "events").values()) == lines.get("event", 0)
    assert sum(stage(tables, "reading").values()) == len(tables["accesses"])
    records, people = stage(tables, "records"), stage(tables, "people")
    assert records.get("exposed", 0) == len(record_rows(tables)) == len(tables["exposed_records"])
    assert records.get("unresolved", 0) == len(tables["unresolved"])
    assert people.get("exposed", 0) == len(tables["people"]) <= len(tables["exposures"])
    assert people.get("exposed_brand_rows", 0) == len(tables["exposures"])


def assert_same(one: Tables, other: Tables, leave: set[str], left_out: frozenset[str] = frozenset()) -> None:
    """The same rows but for where a line stands, which event of many was first, some tables and columns."""
    left_out |= {"file", "line"}
    for table in sorted(set(one) - leave):
        assert count_rows(one[table], left_out) == count_rows(other[table], left_out), table


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_cutting_of_files_change_nothing(seed: int) -> None:
    """Law 3: another order of lines; a log in more files."""
    case = case_by_seed(seed)
    tables = scope_pipeline(case)
    assert_same(tables, scope_pipeline(shuffled(case, seed)), set())
    # A cut file of JSON lines writes keys the whole one could leave out, so its events and sets of them have other ids.
    assert_same(tables, scope_pipeline(split(case)), set(), frozenset({"event_id", "evidence_id"}))


@pytest.mark.parametrize("seed", SEEDS)
def test_delivering_lines_twice_changes_nothing(seed: int) -> None:
    """Law 3: but for the count of lines, and of those rejected."""
    case = case_by_seed(seed)
    tables, twice = scope_pipeline(case), scope_pipeline(delivered_twice(case))
    for each in (tables, twice):
        each["funnel"] = [row for row in each["funnel"] if row["stage"] != "lines"]
        each["open_questions"] = [
            {name: value for name, value in row.items() if name != "question"}
            for row in each["open_questions"]
            if row["kind"] != "rejected_lines"
        ]
    assert_same(tables, twice, {"rejects"})


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_machine_changes_nothing(seed: int, tmp_path: Path) -> None:
    """Law 4: same inputs, same bytes, whatever zone, locale and thread count."""
    path = case_by_seed(seed).write(tmp_path)
    one = run_apart(path, tmp_path / "one", {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "POLARS_MAX_THREADS": "1"})
    two = run_apart(path, tmp_path / "two", {"TZ": "Pacific/Apia", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "4"})
    assert one.name == two.name
    assert read_bytes(one) == read_bytes(two)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wider_window_loses_nothing_confirmed(seed: int) -> None:
    """Law 5."""
    case = without_masked(case_by_seed(seed))
    start, end = window_of(case)
    narrow = confirmed(scope_pipeline(case))
    case.window = instants((start.replace(day=1), end.replace(year=end.year + 1)))
    assert narrow <= confirmed(scope_pipeline(case))


@pytest.mark.parametrize("seed", SEEDS)
def test_more_events_lose_nothing_confirmed(seed: int) -> None:
    """Law 5."""
    case = without_masked(case_by_seed(seed))
    assert confirmed(scope_pipeline(with_fewer_events(case))) <= confirmed(scope_pipeline(case))


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_dataset_loses_nothing_confirmed(seed: int) -> None:
    """Law 5."""
    case = without_masked(case_by_seed(seed))
    smaller = without_last_dataset(case)
    if smaller is not None:
        assert confirmed(scope_pipeline(smaller)) <= confirmed(scope_pipeline(case))


def fields_of(tables: Tables) -> dict[tuple[Any, ...], set[str]]:
    """Every record row's fields, readable or protected."""
    return {name: {*row["fields"], *row["protected_fields"]} for name, row in record_rows(tables).items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_two_windows_together_show_what_their_union_shows(seed: int) -> None:
    """Law 6, for reads: records and fields."""
    case = with_intruder_reads_only(without_masked(case_by_seed(seed)))
    start, end = window_of(case)
    middle = start + (end - start) / 2
    found = []
    for window in ((start, middle), (middle, end), (start, end)):
        case.window = instants(window)
        found.append(fields_of(scope_pipeline(case)))
    first, second, whole = found
    assert whole == {name: first.get(name, set()) | second.get(name, set()) for name in {*first, *second}}


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_ruled_out_appears_anywhere(seed: int, tmp_path: Path) -> None:
    """Law 8: neither key nor address nor a pseudonym of either, in no table and not in the manifest."""
    case = with_canary(case_by_seed(seed))
    assert CANARY_EMAIL not in str(scope_reference(case.incident, case.inputs()))
    folder = run_pipeline(case, tmp_path)
    text = repr(scope_pipeline(case)) + "".join(path.read_text() for path in folder.glob("*.json"))
    anchor = f"ruled_out|{CANARY_KEY}"
    pseudonyms = [keyed(PERSON_KEY, one) for one in (f"{anchor}|customer", anchor, f"email|{CANARY_EMAIL}")]
    assert not [one for one in (CANARY_EMAIL, CANARY_KEY, *pseudonyms) if one in text]
