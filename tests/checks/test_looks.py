"""What several expectations look at together: named, read by somebody, worked out once, and told if it cannot be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.checks.counts import Counter
from pipeline.checks.looks import looks_of, read_looks
from pipeline.paths import find_expectations

FOLDERS = [find_expectations(), *sorted(path for path in find_expectations().iterdir() if path.is_dir())]
LOOKS = {name: sql for folder in FOLDERS for name, sql in read_looks(folder).items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_look_is_read_by_a_suite_beside_it(folder: Path) -> None:
    looks = read_looks(folder)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
    assert set(looks_of(text, looks)) == set(looks)


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_says_what_one_row_of_it_is(name: str) -> None:
    lines = LOOKS[name].splitlines()
    assert lines[0].startswith("-- One row")
    assert max(len(line) for line in lines) <= 120


def test_looks_come_after_what_they_read() -> None:
    looks = {"told_c": "from told_b", "told_b": "from told_a", "told_a": "-- told_a, and told_nobody\nselect 1"}
    assert looks_of("select * from told_c, told_a, told_lost", looks) == ("told_a", "told_b", "told_c")


def test_a_look_is_worked_out_once_and_nothing_passes_without_it() -> None:
    with duckdb.connect() as connection:
        counter = Counter(connection, {"told_numbers": "select random() as n", "amiss_lost": "select * from nowhere"})
        assert counter._rows("select n from told_numbers") == counter._rows("select n from told_numbers")
        for _ in range(2):
            with pytest.raises(duckdb.Error):
                counter._rows("select * from amiss_lost")
