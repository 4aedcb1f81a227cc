"""Ranges and cut-off transfers → stretches of a stored file, and what of its records arrived (section 5)."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake.byte_ranges import read_ranges
from pipeline.intake.cell_bytes import csv_cells, json_cells

LIST = b'id,email,town\n1,ann@mail.com,Ulm\n2,"b ""x""",\n3,cy@mail.com,Bonn\n'
PARTS = ("range", "bytes", "status", "outcome")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bytes=0-9", [(0, 10)]),
        ("0-9", [(0, 10)]),
        ("Bytes = 5-", [(5, 100)]),
        ("bytes=-10", [(90, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("bytes=90-200", [(90, 100)]),
        ("bytes=50-59, 0-9", [(0, 10), (50, 60)]),
        ("bytes=0-9,10-19,15-30", [(0, 31)]),
        ("bytes 0-9/100", [(0, 10)]),
        ("bytes 0-9/*", [(0, 10)]),
        ("bytes 0-9/101", None),
        ("bytes=100-", None),
        ("bytes=9-5", None),
        ("bytes=-0", None),
        ("bytes=-", None),
        ("bytes=0-9,x", None),
        ("items=0-9", None),
        ("", None),
    ],
)
def test_a_range_names_stretches_of_the_file(text: str, found: Any) -> None:
    read = read_ranges(text, 100)
    assert (None if read is None else [(one["start"], one["end"]) for one in read]) == found


def landed(land_it: Any, data: bytes = LIST, file: str = "list.csv", crm: Any = None, **cells: str) -> Any:
    line = "\t".join(["2026-03-28T10:00:00", "crm", *(cells.get(name, "") for name in PARTS)])
    files = {"log.csv": "\t".join(["time", "resource", *PARTS]) + "\n" + line + "\n", file: data}
    log = {"columns": {name: name for name in ("time", "resource", *PARTS)}, "delimiter": "\t"}
    own = {
        "path": file,
        "byte_exact": True,
        "generated_at": "2026-01-01",
        "columns": {"email": "email", "town": "city"},
    }
    return land_it(files, log=log, crm=own | (crm or {}))


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"range": "0-20", "status": "206"}, ("range", 0, 21, 21, False, None)),
        ({"range": "0-20"}, ("range", 0, 21, 21, False, None)),
        ({"range": "0-20", "status": "200"}, ("whole", None, None, len(LIST), False, None)),
        ({"range": "0-", "status": "206"}, ("whole", None, None, len(LIST), False, None)),
        ({"status": "206"}, ("whole", None, None, None, False, "partial_content")),
        ({"range": "x", "status": "206"}, ("whole", None, None, None, False, "partial_content")),
        ({"bytes": "30", "status": "499"}, ("range", 0, 30, 30, True, None)),
        ({"bytes": "9999", "status": "499"}, ("whole", None, None, len(LIST), True, None)),
        ({"status": "499"}, ("whole", None, None, len(LIST), False, None)),
        ({"bytes": "5", "range": "20-40", "outcome": "aborted"}, ("range", 20, 25, 5, True, None)),
        ({"bytes": "30"}, ("whole", None, None, len(LIST), False, None)),
    ],
)
def test_what_was_cut_off_is_the_first_bytes(land_it: Any, cells: dict[str, str], found: Any) -> None:
    names = ("reach_kind", "range_start", "range_end", "expected_byte_count", "is_bounded", "inexact_reason")
    assert landed(land_it, **cells)["reaches"].select(names).rows() == [found]


def test_only_a_file_that_is_byte_exact_has_ranges(land_it: Any) -> None:
    reaches = landed(land_it, crm={"byte_exact": False}, range="0-20", bytes="5", outcome="aborted")["reaches"]
    names = ("reach_kind", "expected_byte_count", "inexact_reason")
    assert reaches.select(names).rows() == [("whole", None, "partial_content")]


def test_several_stretches_are_several_reaches(land_it: Any) -> None:
    tables = landed(land_it, range="bytes=0-15,40-50", status="206")
    assert tables["reaches"].select("reach_number", "range_start", "range_end").rows() == [(1, 0, 16), (2, 40, 51)]


def test_spans_and_cuts_are_landed_for_files_read_by_range_only(land_it: Any, rows: Any) -> None:
    tables = landed(land_it, range="20-41", status="206")
    assert rows(tables["spans"], "record_key", "start_byte", "end_byte") == [
        ("1", 14, 33),
        ("2", 33, 46),
        ("3", 46, 65),
    ]
    cut = rows(tables["cut_records"], "range_start", "range_end", "record_key", "cut_projection")
    assert cut == [(20, 42, "1", "px"), (20, 42, "2", "p-")]
    assert landed(land_it)["spans"].height == 0


@pytest.mark.parametrize(("span", "keys"), [("0-13", []), ("0-14", ["1"]), ("32-35", ["2"]), ("47-48", ["3"])])
def test_a_header_a_quote_or_a_line_end_exposes_nobody(land_it: Any, rows: Any, span: str, keys: list[str]) -> None:
    assert [key for (key,) in rows(landed(land_it, range=span)["cut_records"], "record_key")] == keys


def test_a_beginning_of_a_gzip_file_is_unpacked(land_it: Any) -> None:
    data = gzip.compress(LIST[:40], mtime=0) + gzip.compress(LIST[40:], mtime=0)
    first = len(gzip.compress(LIST[:40], mtime=0))
    reaches = landed(land_it, data, "list.csv.gz", bytes=str(first), outcome="aborted")["reaches"]
    names = ("reach_kind", "range_start", "range_end", "expected_byte_count", "inexact_reason")
    assert reaches.select(names).rows() == [("range", 0, 40, first, None)]
    middle = landed(land_it, data, "list.csv.gz", range="5-20")["reaches"]
    assert middle.select("reach_kind", "inexact_reason").rows() == [("whole", "partial_content")]


def test_a_byte_exact_dataset_has_one_file(land_it: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        landed(land_it, crm={"path": ["list.csv", "crm.csv"]})
    assert "byte_exact needs one file" in str(caught.value)


def test_cells_of_a_row_of_csv() -> None:
    data = b' a ,"x ""y"", z",,"two\nlines",last\r\nnext'
    found = csv_cells(data, 100, ["a", "b", "c", "d", "e"], ",").spans
    texts = {name: data[start - 100 : end - 100] for name, (start, end) in found.items()}
    assert texts == {"a": b"a", "b": b'x ""y"", z', "c": b"", "d": b"two\nlines", "e": b"last"}


def test_members_of_a_line_of_json() -> None:
    data = '{"a": "Zoë \\"x\\"", "b": {"c": 12, "d": [1, 2]}, "e": null}\n{"a": 1}\n'.encode()
    found = json_cells(data, 7).spans
    texts = {name: data[start - 7 : end - 7].decode() for name, (start, end) in found.items()}
    assert texts["a"] == 'Zoë \\"x\\"'
    assert (texts["b.c"], texts["b.d"], texts["e"]) == ("12", "[1, 2]", "null")
    assert not json_cells(b'{"a": ', 0).is_readable
