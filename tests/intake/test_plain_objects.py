"""Objects taken apart by their form: the cells that a search by path finds, line by line, whatever the lines hold."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.intake.json_cells import search
from pipeline.intake.plain_objects import STYLES, take_plain
from pipeline.intake.rows import WHOLE, cell_name
from pipeline.intake.text_rows import TEXT

KEYS = ["a", "b", "a.b", "@t", "größe", "null", "x-id", ", ", "", "1", 'q"', "it's", "*"]
ASKED = ["a", "b", "a.b", "a.b.c", "@t", "null", "nobody"]
STRINGS = st.one_of(
    st.sampled_from(
        ["", "null", "true", "0", " x ", '"', '"x"', "\\", "\n", "é", "{}", "a\x7fb", ",", '":null,', ":null,"]
    ),
    st.text(max_size=4),
)
NUMBERS = st.one_of(
    st.integers(-20, 20),
    st.sampled_from([0.5, 1.0, -0.0, 1e-5, 0.1, 1e22, 123456789012345, 1234567890123456789, 10**30, 2.50]),
    st.floats(allow_nan=False, allow_infinity=False),
)
PLAIN = st.one_of(STRINGS, NUMBERS, st.booleans(), st.none())
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)


def write(value: object, style: int, is_ascii: bool = False) -> str:
    """Write an object in one of the two usual styles, or another."""
    colon, comma = [*STYLES, (" : ", ",")][style]
    return json.dumps(value, separators=(comma, colon), ensure_ascii=is_ascii)


def frame_of(texts: list[str]) -> pl.DataFrame:
    """Put lines into a block."""
    return pl.DataFrame({TEXT: texts}, schema={TEXT: pl.String}).with_row_index("row")


def told(frame: pl.DataFrame, asked: list[str]) -> list[tuple[object, ...]]:
    """List what is said of each line."""
    return frame.select("row", *(cell_name(column) for column in asked), WHOLE).rows()


@given(
    objects=st.lists(st.tuples(OBJECTS, st.integers(0, 2), st.booleans()), min_size=1, max_size=12),
    asked=st.lists(st.sampled_from(ASKED), unique=True),
)
@example(objects=[({"a": {}}, 0, False), ({"a": {"b": {}}}, 1, False)], asked=["a", "a.b"])
@example(objects=[({"a": []}, 0, False), ({"a": [1, "x"]}, 1, False)], asked=["a", "a.b"])
def test_any_lines_are_read_as_a_search_reads_them(
    objects: list[tuple[dict[str, object], int, bool]], asked: list[str]
) -> None:
    lines = frame_of([write(*one) for one in objects])
    plain, rest = take_plain(lines, asked, is_whole_needed=True)
    assert told(plain.sort("row"), asked) == told(
        search(plain.select("row", TEXT).sort("row"), asked, is_whole_needed=True), asked
    )
    assert plain[TEXT].str.json_path_match("$").is_not_null().all()
    assert sorted([*plain["row"], *rest["row"]]) == lines["row"].to_list()


@given(
    keys=st.lists(st.sampled_from(KEYS[:7]), min_size=1, max_size=5, unique=True),
    values=st.lists(st.lists(PLAIN, min_size=5, max_size=5), min_size=1, max_size=12),
    style=st.integers(0, 1),
)
@example(keys=["a", "b"], values=[[":null,", ":null", 0, 0, 0], [None, None, 0, 0, 0]], style=0)
@example(keys=["a", "b"], values=[[": null, ", ": null", 0, 0, 0], [None, None, 0, 0, 0]], style=1)
def test_lines_of_one_form_are_read_as_a_search_reads_them(
    keys: list[str], values: list[list[object]], style: int
) -> None:
    lines = frame_of([write(dict(zip(keys, row, strict=False)), style) for row in values])
    plain, _ = take_plain(lines, ASKED, is_whole_needed=True)
    assert told(plain.sort("row"), ASKED) == told(
        search(plain.select("row", TEXT).sort("row"), ASKED, is_whole_needed=True), ASKED
    )


LINES = [
    '{"time":"2026-03-01T00:00:00Z","user":{"id":7,"name":null},"tags":["a",1.5e3],"took":0.25,"ok":true}',
    '{"time":"","user":{"id":-12,"name":"Ann {\'x\'}"},"tags":[],"took":3,"ok":null}',
    '{"level":"info", "time":"odd"}',
    '{"time": "t", "user.id": "dotted"}',
]


def test_what_is_written_alike_is_taken_apart() -> None:
    plain, rest = take_plain(frame_of(LINES), ["time", "user.id", "user.name", "ok", "absent"], is_whole_needed=True)
    cells = ["c:time", "c:user.id", "c:user.name", "c:ok", "c:absent"]
    assert plain.sort("row").select("row", *cells).rows() == [
        (0, "2026-03-01T00:00:00Z", "7", None, "true", None),
        (1, "", "-12", "Ann {'x'}", None, None),
        (3, "t", "dotted", None, None, None),
    ]
    assert plain.sort("row")[WHOLE][0] == LINES[0].replace('"name":null', "").replace(",}", "}")
    assert rest["row"].to_list() == [2]


@pytest.mark.parametrize(
    "line",
    [
        '{"a":"x\\ny"}', '{"a":1.5}', '{"a":1e3}', '{"a":-0}', '{"a":01}', '{"a":1234567890123456}', '{"a":[1]}',
        '{"a":{"b":1}}', '{"a":"x"', '{"a":"x"}}', '{"a":"x","a":"y"}', '{"a" : "x"}', '{"a":"x\ty"}', '{"1":"x","a":1}',
        '{"a":nul}', '["a"]', "null", "a", '{"a":tru}', '{"b":1e999,"a":1}', '{"b":[{"c":1}],"a":1}', '{"a":\'x\'}',
    ],
)  # fmt: skip
def test_what_it_cannot_read_is_left_over(line: str) -> None:
    for lines in ([line], ['{"a":"x"}', line, '{"b":1,"a":1}', '{"b":[],"a":1}']):
        plain, rest = take_plain(frame_of(lines), ["a"], is_whole_needed=False)
        assert line in rest[TEXT].to_list()
        assert line not in plain[TEXT].to_list()


@pytest.mark.parametrize("asked", ["a.b", "a", "*", "a..b", ""])
def test_columns_of_objects_and_of_odd_names_are_left_to_the_search(asked: str) -> None:
    lines = frame_of(['{"a":{"b":{"c":1}}}', '{"a":[{"b":1}]}'])
    assert take_plain(lines, [asked], is_whole_needed=False)[1].height == 2


def test_a_form_that_cannot_be_read_hinders_no_other() -> None:
    lines = frame_of(['{"a":{"b":1}}', '{"a":{"b":2}}', '{"a":3}'])
    plain, rest = take_plain(lines, ["a"], is_whole_needed=False)
    assert plain.rows() == [(2, '{"a":3}', "3")]
    assert rest["row"].to_list() == [0, 1]


def test_lists_and_empty_objects_that_nobody_asks_for_hinder_nothing() -> None:
    lines = frame_of(['{"a":1,"b":{},"c":[]}', '{"a":2,"b":{},"c":["x", 1.5, null]}'])
    assert take_plain(lines, ["a"], is_whole_needed=False)[0]["c:a"].to_list() == ["1", "2"]


def test_a_path_goes_before_a_key_with_dots() -> None:
    lines = frame_of(['{"a.b":1,"a":{"b":2}}', '{"a.b":3,"a":{"b":null}}'])
    assert take_plain(lines, ["a.b"], is_whole_needed=False)[0]["c:a.b"].to_list() == ["2", "3"]


def test_many_columns_are_taken_in_groups() -> None:
    keys = [f"k{number}" for number in range(40)]
    lines = frame_of([json.dumps({key: f"{key} of {row}" for key in keys}) for row in range(50)])
    plain, rest = take_plain(lines, keys[::-1], is_whole_needed=False)
    assert rest.height == 0
    assert all(plain[cell_name(key)].to_list() == [f"{key} of {row}" for row in range(50)] for key in keys)


def nested(depth: int) -> object:
    """Put one object into the other."""
    return {"a": nested(depth - 1)} if depth else 7


@pytest.mark.parametrize(
    "value", [{f"k{number}": number for number in range(2000)}, {"k": "x" * 100_000}, nested(25), nested(500)]
)
def test_an_object_too_wide_too_long_or_too_deep_is_left_over(value: object) -> None:
    lines = frame_of([json.dumps(value)] * 3)
    assert take_plain(lines, ["k7"], is_whole_needed=False)[1].height == 3


def test_lines_of_ever_other_forms_are_soon_left_over() -> None:
    lines = frame_of([json.dumps({f"k{row}": 1}) for row in range(2000)])
    assert take_plain(lines, ["k7"], is_whole_needed=False)[1].height == 2000 - 6


def test_every_form_of_a_block_is_tried() -> None:
    texts = [json.dumps({key: row}) for row in range(40) for key in ("a", "b", "c")]
    plain, rest = take_plain(frame_of(texts), ["a"], is_whole_needed=False)
    assert (plain.height, rest.height) == (120, 0)
