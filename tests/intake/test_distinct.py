"""Reading sparingly gives what the full reading of every text gives."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.intake import birth_dates, names, normalise
from pipeline.intake.distinct import read_each_once, read_sparingly

NAMES = [
    *("Ann", "ann", "Mr", "MD", "jr", "St", "O", "7", "Ümit", "O'Hara", "Smith-Jones", "van der Berg", "Ann Lee", "", " ", "-"),
    *("Dr. Ann Lee, PhD", "Lee, Ann", "Ann Lee Jr", "Senior", "Ann Senior", "Lee III", "Mr Lee", "Lee, Ann Jr", "Иван Петров", "Ann\u200b", None, "Ann"),
]  # fmt: skip
NOTHING = "\x01"
DATES = [
    *("1980-05-04", "1980-13-04", "1900-01-01", "0000-00-00", "04/05/1980", "28/05/1980", "4 May 1980", "1980-05-04"),
    *("1980-05-04 00:00:00", " 1980-05-04", "19800504", "soon", "", None),
]


@pytest.mark.parametrize("texts", [NAMES, NAMES[:1], NAMES[-2:-1], []], ids=["all", "plain", "null", "none"])
def test_names_are_read_as_in_full(texts: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    column = pl.Series("x", texts, dtype=pl.String)
    sparingly = names.split_part(column).rows(), names.split_full(column).rows()
    for pattern in ("_PLAIN_WORD", "_PLAIN_WORDS"):
        monkeypatch.setattr(names, pattern, NOTHING)
    assert (names.split_part(column).rows(), names.split_full(column).rows()) == sparingly


def test_dates_are_read_as_in_full() -> None:
    frame = pl.DataFrame({"x": DATES})
    found = frame.select(value=birth_dates.read_birth_date(pl.col("x")))
    assert found.to_dicts() == frame.select(value=birth_dates._read_any(pl.col("x"))).to_dicts()
    assert found["value"].drop_nulls().len() == 8


def test_each_distinct_text_is_read_once() -> None:
    read: list[int] = []

    def count(texts: pl.Series) -> pl.Series:
        read.append(len(texts))
        return texts

    def full(text: pl.Expr) -> pl.Expr:
        return text.map_batches(count, return_dtype=pl.String)

    frame = pl.DataFrame({"x": ["a", "b!", "b!", None, "c!"]})
    value = read_sparingly(pl.col("x"), full, "^[a-z]$", lambda text: text.str.to_uppercase())
    assert frame.select(value)["x"].to_list() == ["A", "b!", "b!", None, "c!"]
    assert read == [2]


def test_few_texts_are_read_once_each() -> None:
    read: list[int] = []

    def full(text: pl.Expr) -> pl.Expr:
        return text.fill_null("none").map_batches(lambda texts: (read.append(len(texts)), texts)[1], pl.String)

    frame = pl.DataFrame({"x": ["a", "b", None, "a"]})
    assert frame.select(read_each_once(pl.col("x"), full))["x"].to_list() == ["a", "b", "none", "a"]
    assert read == [3]


@pytest.mark.parametrize(
    "fold",
    [
        names.split_part,
        names.split_full,
        lambda texts: texts.to_frame("text").select(normalise.fold_address(pl.col("text"))),
        lambda texts: texts.to_frame("text").select(normalise.fold_place(pl.col("text"))),
    ],
)
def test_what_folds_texts_is_asked_once(fold: Callable[[pl.Series], object], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    transliterate = names._transliterate

    def count(texts: pl.Series) -> pl.Series:
        asked.append(len(texts))
        return transliterate(texts)

    monkeypatch.setattr(names, "_transliterate", count)
    fold(pl.Series(["Zoë van der Berg, Jr.", "Mrs. Müller-Lee", "12 Høgh Street"]))
    assert asked == [3]
