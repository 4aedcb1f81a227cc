"""Lists cut out by their brackets: the same elements as any reader, and a record too deep costs only itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.json_cuts import cut_elements

GOOD = json.dumps({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventTime": "2026-03-28T21:00:05Z",
                   "requestParameters": {"bucketName": "b", "key": "k"}})  # fmt: skip
BOMB = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(values, min_size=1), st.sampled_from([None, 1]))
def test_elements_are_those_of_any_reader(items: list[Any], indent: int | None) -> None:
    assert [json.loads(text) for text in cut_elements(json.dumps(items, indent=indent), ()) or []] == items
    wrapped = json.dumps({"x": [0], "Records": items, "y": {"Records": [1]}}, indent=indent)
    assert [json.loads(text) for text in cut_elements(wrapped, ("Records",)) or []] == items


def test_what_is_no_list_or_does_not_close_is_none() -> None:
    for text in ("[1, 2", "{}", '{"a": [1]}', "[]", '"[1]"', ""):
        assert cut_elements(text, ("Records",)) is None


LIST = ", ".join([GOOD, BOMB, GOOD])
FILES = {
    "wrapped": f'{{"Records": [{LIST}]}}',
    "wrapped over lines": f'{{\n"Records": [\n{LIST}\n]}}',
    "array": f"[{LIST}]",
    "lines": f"{BOMB}\n{GOOD}\n{GOOD}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_record_nested_too_deeply_costs_only_itself(land_log: Any, name: str) -> None:
    landed = land_log({"trail.json": FILES[name]}, format="cloudtrail")
    assert landed["events"].height == 2
    assert landed["rejects"]["reason"].to_list() == ["JSON nested too deeply"]


def test_a_list_that_stands_twice_counts_twice(land_log: Any) -> None:
    landed = land_log({"trail.json": f'{{"Records": [{GOOD}], "Records": [{GOOD}]}}'}, format="cloudtrail")
    assert landed["events"].height == 2
