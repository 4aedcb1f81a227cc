"""Columns of few words are numbers inside and texts outside: nobody who reads them can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.engines import on_duckdb
from pipeline.engines.on_duckdb import DuckDB, open_duckdb
from pipeline.intake.tables import TABLES
from pipeline.paths import find_sql
from pipeline.steps import load_steps
from pipeline.vocabularies import LANDED, LISTED

# Written so that their order as texts is not the order they come in; with what could end a statement early.
WORDS = ["b", "a", "B", "", "Ünïcode", "it's; drop table one", '"quoted"', "a\nb", "z", None, "a"]
VOCABULARIES = {"word": "word", "other_word": "word"}


def test_words_sort_compare_and_are_written_as_texts(tmp_path: Path) -> None:
    with _loaded(tmp_path, WORDS, WORDS[:4]) as (engine, texts):
        assert engine.rows("select typeof(word) like 'ENUM%' from one limit 1") == [(True,)]
        for asked in (
            "select word from {0} order by word nulls last, number",
            "select min(word), max(word), count(distinct word) from {0}",
            "select number from {0} where word > 'a' order by number",
            "select number from {0} where word = 'not a word at all' or word is null",
            "select coalesce(word, 'none') || '!' from {0} order by number",
            "select one.number, two.number from {0} as one join {1} as two on two.other_word = one.word order by 1, 2",
            "select array_sort(collect_set(word)) from {0}",
        ):
            assert engine.rows(asked.format("one", "two")) == engine.rows(asked.format(*texts))
        engine.save("select * from one order by word nulls last, number", tmp_path / "saved.parquet")
    saved = pq.read_table(tmp_path / "saved.parquet")
    assert saved.schema.field("word").type == pa.string()
    assert saved["word"].to_pylist() == [*sorted(word for word in WORDS if word is not None), None]


@pytest.mark.parametrize("words", [[], [None], [str(number) for number in range(20)]])
def test_columns_without_words_or_with_too_many_stay_texts(
    tmp_path: Path, words: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_duckdb, "MOST_WORDS", 19)
    with _loaded(tmp_path, words, words[:1]) as (engine, _):
        assert engine.rows(
            "select data_type from duckdb_columns() where table_name = 'one' and column_name = 'word'"
        ) == [("VARCHAR",)]


def test_a_table_built_anew_has_the_words_of_its_last_build(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        engine.build("grades", "select 'likely' as grade, 2 as grade_rank", ("grade",))
        engine.build("grades", "select 'confirmed' as grade, 1 as grade_rank", ("grade",))
        assert engine.rows("select grade, typeof(grade) from grades") == [("confirmed", "ENUM('confirmed')")]


def test_listed_words_sort_as_texts_whatever_order_they_are_listed_in(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        engine.build("grades", "select unnest(['possible', 'confirmed', null, 'likely']) as grade", ("grade",))
        assert engine.rows("select grade from grades order by grade nulls last") == [
            ("confirmed",), ("likely",), ("possible",), (None,),
        ]  # fmt: skip


def test_vocabularies_name_columns_that_there_are() -> None:
    assert set(LANDED) <= {column for columns in TABLES.values() for column in columns}
    assert set(LISTED) <= {step.name for step in load_steps(find_sql())}


@contextmanager
def _loaded(folder: Path, one: list[str | None], two: list[str | None]) -> Iterator[tuple[DuckDB, tuple[str, str]]]:
    """Tables `one` and `two` with a vocabulary in common, and what reads the same files as texts."""
    files = {"one": folder / "one.parquet", "two": folder / "two.parquet"}
    for path, column, words in zip(files.values(), ("word", "other_word"), (one, two), strict=True):
        numbers = pa.array(range(len(words)), pa.int64())
        pq.write_table(pa.table({"number": numbers, column: pa.array(words, pa.string())}), path)
    with open_duckdb(folder) as engine:
        engine.load_together(files, VOCABULARIES)
        yield engine, (f"read_parquet('{files['one']}')", f"read_parquet('{files['two']}')")
