"""JSON objects → columns: whatever stands in a record, its neighbours are read as if it were not there."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from pipeline.intake.json_fields import NOT_JSON, NOT_OBJECT, TOO_DEEP, Fields, plain_texts, read_fields

FIELDS = Fields({"b": "a.b", "n": "n", "at": "@t", "dotted": "=x.y"}, {"whole": "w"})
GOOD = '{"a": {"b": "x"}, "n": 5, "@t": "q", "x.y": "z", "w": {"k": [1]}}'
ODD = {
    "not JSON": (NOT_JSON, {}),
    "": (NOT_JSON, {}),
    '{"a": {"b": "x"}': (NOT_JSON, {}),
    '{"a": 1} {"a": 2}': (NOT_JSON, {}),
    "[1]": (NOT_OBJECT, {}),
    "null": (NOT_OBJECT, {}),
    '{"a": ' + "[" * 50_000: (TOO_DEEP, {}),
    '{"z": ' + '{"a":' * 20_000 + "1" + "}" * 20_001: (TOO_DEEP, {}),
    "{}": (None, {}),
    '{"a": "text", "w": null}': (None, {}),
    '{"a": {"b": {"c": 1}}}': (None, {"b": '{"c": "1"}'}),
    '{"a": {"b": ["\\ud800"]}, "n": true}': (None, {"b": '["?"]', "n": "true"}),
    '{"a": {"b": "1"}, "a": {"b": "2"}}': (None, {"b": "2"}),
    '{"n": 1e999, "a": {"b": 12345678901234567890}}': (None, {"n": "1e999", "b": "12345678901234567890"}),
    '{"w": "text"}': (None, {"whole": '"text"'}),
}


@pytest.mark.parametrize("shared", [None, "a"])
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_records_are_read_or_refused_alone(text: str, shared: str | None) -> None:
    refusal, values = ODD[text]
    found = read_fields(pl.Series([GOOD, text, GOOD]), replace(FIELDS, shared=shared))
    good = {"refusal": None, "b": "x", "n": "5", "at": "q", "dotted": "z", "whole": '{"k": [1]}'}
    assert found.row(0, named=True) == found.row(2, named=True) == good
    assert found.row(1, named=True) == {**dict.fromkeys(good), "refusal": refusal, **values}


def test_null_texts_are_null_rows() -> None:
    assert read_fields(pl.Series([None, GOOD], dtype=pl.String), FIELDS)["b"].to_list() == [None, "x"]
    assert read_fields(pl.Series([], dtype=pl.String), FIELDS).columns == ["refusal", *FIELDS.columns]


def test_many_records_go_on_over_pieces() -> None:
    texts = [f'{{"n": {number}}}' if number % 7 else "{" for number in range(12_345)]
    found = read_fields(pl.Series(texts), Fields({"n": "n"}))
    assert found["n"].to_list() == [str(number) if number % 7 else None for number in range(12_345)]
    assert found["refusal"].null_count() == 12_345 - len(range(0, 12_345, 7))


def test_strings_come_out_of_their_quotes() -> None:
    texts = pl.Series(['"a\\"b"', "{}", None, '"broken', '"[1]"'])
    assert plain_texts(texts).to_list() == ['a"b', "{}", None, None, "[1]"]
