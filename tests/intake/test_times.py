"""True time (semantics, section 2; decisions D1, D2, D4)."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.intake.plain_stamps import read_plain
from pipeline.intake.times import _place, _read_distinct, read_durations, read_stamps


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(
    text: str, form: str = "iso", zone: str = "Europe/Berlin"
) -> tuple[datetime | None, datetime | None, str | None]:
    return read_stamps(pl.Series([text]), form, zone).row(0)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-28T10:00:00Z", "2026-03-28T10:00:00"),
        ("2026-03-28T10:00:00+02:00", "2026-03-28T08:00:00"),
        ("2026-03-28 10:00:00 -0530", "2026-03-28T15:30:00"),
        ("2026-03-28T10:00:00+02", "2026-03-28T08:00:00"),
        ("2026-03-28T10:00:00", "2026-03-28T09:00:00"),
        ("2026-03-28T10:00", "2026-03-28T09:00:00"),
        ("2026-03-28", "2026-03-27T23:00:00"),
        (" 2026-03-28T10:00:00,25 ", "2026-03-28T09:00:00.250000"),
        ("2026-03-28T10:00:00.123456789Z", "2026-03-28T10:00:00.123456"),
        ("2026-07-01T10:00:00", "2026-07-01T08:00:00"),
    ],
)
def test_a_plain_stamp_has_one_reading(text: str, utc: str) -> None:
    assert read(text) == (at(utc), at(utc), "exact")


def test_an_ambiguous_local_time_has_two_readings() -> None:
    assert read("2025-10-26T02:30:00") == (at("2025-10-26T00:30:00"), at("2025-10-26T01:30:00"), "ambiguous")


def test_an_ambiguous_local_time_with_its_own_offset_has_one() -> None:
    assert read("2025-10-26T02:30:00+01:00") == (at("2025-10-26T01:30:00"), at("2025-10-26T01:30:00"), "exact")


def test_a_local_time_that_never_was_is_read_with_both_offsets() -> None:
    assert read("2026-03-29T02:30:00") == (at("2026-03-29T00:30:00"), at("2026-03-29T01:30:00"), "nonexistent")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30T10:00:00", "28/03/2026", "2026-03-28T10:00:00 CET", "12:00", "2026-03-28T10:00:00.٠Z"],
)
def test_what_is_no_stamp_has_no_reading(text: str) -> None:
    assert read(text) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1774692000", "unix"),
        ("1774692000.0", "unix"),
        ("1774692000000", "unix_ms"),
        ("1774692000000000", "unix_us"),
        ("1774692000000000000", "unix_ns"),
        ("28/Mar/2026:11:00:00 +0100", "%d/%b/%Y:%H:%M:%S %z"),
        ("28.03.2026 11:00:00", "%d.%m.%Y %H:%M:%S"),
    ],
)
def test_other_forms(text: str, form: str) -> None:
    assert read(text, form)[0] == at("2026-03-28T10:00:00")


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="time_format"):
        read("2026-03-28", "%Q!")


@pytest.mark.parametrize(
    ("text", "unit", "microseconds"),
    [("1.5", "s", 1_500_000), ("250", "ms", 250_000), ("7", "us", 7), ("", "s", 0), (None, "s", 0), ("-1", "s", None)],
)
def test_durations(text: str | None, unit: str, microseconds: int | None) -> None:
    assert read_durations(pl.Series([text], dtype=pl.String), unit).to_list() == [microseconds]


def test_a_frame_mixes_all_kinds() -> None:
    texts = ["2026-03-29T02:30:00", "2025-10-26T02:30:00", "x", "2026-03-28T10:00:00Z"]
    assert read_stamps(pl.Series(texts), "iso", "Europe/Berlin")["time_reading"].to_list() == [
        "nonexistent",
        "ambiguous",
        None,
        "exact",
    ]


def test_a_stamp_reads_the_same_however_often_it_stands_there() -> None:
    stamps = ["2026-10-25T02:30:00", "2026-03-29T02:30:00", " 2026-03-28T10:00:00Z", "nonsense", "", None]
    once = read_stamps(pl.Series(stamps, dtype=pl.String), "iso", "Europe/Berlin")
    often = read_stamps(pl.Series(stamps * 5, dtype=pl.String), "iso", "Europe/Berlin")
    assert often.rows() == once.rows() * 5


def parts(low: int, high: int, width: int = 2) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda number: f"{number:0{width}}")


DATES = st.one_of(
    st.tuples(parts(0, 9999, 4), parts(0, 13), parts(0, 32)).map("-".join),
    st.sampled_from(["2024-02-29", "2025-02-29", "2026-03-29", "2025-10-26", "0001-01-01", "9999-12-31"]),
)
CLOCKS = st.tuples(parts(0, 24), parts(0, 60), parts(0, 60)).map(":".join)
ENDS = st.tuples(
    st.sampled_from(["", ".5", ".123", ",123", ".123456", ".12345x"]), st.sampled_from(["", "Z", "z", "+01:00"])
)
STAMPS = st.tuples(DATES, st.sampled_from(["T", " ", "t", "_"]), CLOCKS, ENDS.map("".join)).map("".join)


@given(st.lists(st.none() | STAMPS | st.text(max_size=27), max_size=30), st.sampled_from(["UTC", "Europe/Berlin"]))
def test_digits_where_they_stand_say_what_the_full_reading_says(texts: list[str | None], zone: str) -> None:
    stamps = pl.Series(texts, dtype=pl.String)
    full = _read_distinct(stamps, "iso", zone, "")
    assert read_stamps(stamps, "iso", zone).rows() == full.rows()
    local, offset = read_plain(stamps)
    plain = [(found, whole) for found, whole in zip(_place(local, offset, zone, "").rows(), full.rows(), strict=True)]
    assert all(found in (whole, (None, None, None)) for found, whole in plain)


def test_usual_stamps_are_read_from_their_digits() -> None:
    texts = ["2026-03-01T04:05:06", "2026-03-01 04:05:06Z", "2026-03-01T04:05:06.250Z", "2026-03-01T04:05:06.250000"]
    local, offset = read_plain(pl.Series(texts))
    assert local.null_count() == 0
    assert offset.to_list() == [None, 0, 0, None]
