"""Pages of random histories, event by event, against a plain replay (semantics, section 5)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from replaying import History, Stored, keys_by_line, run_intake

EXAMPLES = int(os.environ.get("SCOPE_REPLAYS", "6"))
SIZES = [0, 12, 3000]


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_pages_are_those_of_a_plain_replay(seed: int, tmp_path: Path) -> None:
    history = History(seed, SIZES[seed % len(SIZES)], 200)
    found = run_intake(tmp_path, history.incident(tmp_path), {"int_paged_records"})["int_paged_records"]
    assert {row[-1] for row in found} <= {None}, "every page can be told exactly"
    by_line = keys_by_line(found)
    expected = {line: keys for line, keys in enumerate(history.expected, start=2) if keys}
    assert by_line == expected
    assert any(len(keys) > 1 for keys in expected.values())


@pytest.mark.parametrize("kind", ["csv", "jsonl", "csv.gz"])
@pytest.mark.parametrize("seed", range(EXAMPLES // 2))
def test_byte_ranges_are_those_of_a_plain_replay(seed: int, kind: str, tmp_path: Path) -> None:
    stored = Stored(seed, [3, 40, 2500][seed % 3], kind)
    rows = run_intake(tmp_path, stored.incident(tmp_path), {"int_reached_records"})["int_reached_records"]
    found: dict[int, dict[str, dict[str, str]]] = {}
    for line, key, _, _, _, _, _, projection, *_ in rows:
        marks = found.setdefault(line, {}).setdefault(key, {})
        for column, sign in stored.marks_of(key, projection).items():
            marks[column] = min(sign, marks.get(column, sign))  # 'p' before 'x': two stretches of one value
    whole = {key: stored.marks_of(key, None) for key, *_ in stored.spans}
    expected = {line: whole if marks is None else marks for line, marks in enumerate(stored.expected, start=2)}
    assert {line: marks for line, marks in found.items() if marks != expected[line]} == {}
    assert found.keys() == {line for line, marks in expected.items() if marks}
