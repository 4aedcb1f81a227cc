"""True time (semantics, section 2; decisions D1, D2, D4)."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake.times import read_durations, read_stamps


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


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30T10:00:00", "28/03/2026", "2026-03-28T10:00:00 CET", "12:00"])
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
