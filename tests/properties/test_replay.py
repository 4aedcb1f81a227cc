"""Pages of random histories, event by event, against a plain replay (semantics, section 5)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from replaying import History, keys_by_line, run_intake

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
