"""Windows, instants, durations and zones as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError, ScopeError, UsageError
from pipeline.window import Window, parse_duration, parse_instant, parse_window, read_zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"),
    [
        ("2026-03-01/2026-03-01", "UTC", "2026-03-01T00:00", "2026-03-02T00:00"),
        # A spring day of 23 hours and an autumn day of 25.
        ("2026-03-29/2026-03-29", "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("2026-10-25/2026-10-25", "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"),
        (
            "2026-03-01T10:00/2026-03-01T11:30:00.000001",
            "America/New_York",
            "2026-03-01T15:00",
            "2026-03-01T16:30:00.000001",
        ),
        ("2026-03-01T10:00Z / 2026-03-01 13:30+02:00", "Asia/Tokyo", "2026-03-01T10:00", "2026-03-01T11:30"),
        # Half past two comes twice: the window takes both.
        ("2026-10-25T02:30/2026-10-25T02:30:01", "Europe/Berlin", "2026-10-25T00:30", "2026-10-25T01:30:01"),
        # … or never: it reaches from the earlier reading to the later.
        ("2026-03-29T02:30/2026-03-29T02:31", "Europe/Berlin", "2026-03-29T00:30", "2026-03-29T01:31"),
        ("2026-03-29/2026-03-29T12:00", "Europe/London", "2026-03-29T00:00", "2026-03-29T11:00"),
    ],
)
def test_windows(text: str, zone: str, start: str, end: str) -> None:
    assert parse_window(text, zone) == Window(utc(start), utc(end))


@pytest.mark.parametrize("error", [UsageError, ConfigurationError])
@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("2026-03-30/2026-03-28", "ends before it starts", "earlier end first"),
        ("2026-03-30T10:00Z/2026-03-30T10:00Z", "is empty", "START/END"),
        ("2026-03-30/2026-03-31/2026-04-01", "more than one '/'", "START/END"),
        ("2026-03-30", "does not name a start and an end", "START/END"),
        ("2026-03-30/", "does not name a start and an end", "START/END"),
        ("", "does not name a start and an end", "START/END"),
        ("03/04", "the window's start is not a date", "2026-03-28"),
        ("2026-03-30/P3D", "the window's end is not a date", "2026-03-28"),
        ("2026-02-29/2026-03-01", "no calendar has", "2026-03-28"),
        ("2026-03-01T24:00/2026-03-02", "no calendar has", "2026-03-28"),
        ("2026-03-01T10:00:60Z/2026-03-02", "no calendar has", "2026-03-28"),
        ("0001-01-01/2026-03-01", "outside the years", "2026-03-28"),
        ("2026-03-01/9999-12-31", "no calendar has", "2026-03-28"),
        ("٢٠٢٦-٠٣-٠١/2026-03-02", "is not a date", "2026-03-28"),
    ],
)
def test_broken_windows(error: type[ScopeError], text: str, what: str, remedy: str) -> None:
    with pytest.raises(error) as caught:
        parse_window(text, "Europe/Berlin", error=error, where="--window")
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert caught.value.where == "--window"


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("+02:00", "IANA name"),
        ("", "IANA name"),
        ("localtime", "IANA name"),
        ("../../etc/passwd", "IANA name"),
        ("a\0b", "IANA name"),
    ],
)
def test_zones_that_do_not_exist(name: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_zone(name)
    assert remedy in caught.value.remedy
    assert "\0" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "is_end", "expected"),
    [
        ("2026-03-28", False, "2026-03-27T23:00"),
        ("2026-03-28", True, "2026-03-28T23:00"),
        ("2026-03-28T00:00", True, "2026-03-27T23:00"),
        ("2026-10-25T02:30", False, "2026-10-25T00:30"),
        ("2026-10-25T02:30", True, "2026-10-25T01:30"),
        ("2026-10-25T02:30+01:00", False, "2026-10-25T01:30"),
    ],
)
def test_instants(text: str, is_end: bool, expected: str) -> None:
    assert parse_instant(text, "Europe/Berlin", is_end=is_end) == utc(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("-2m", timedelta(minutes=-2)),
        ("+2m", timedelta(minutes=2)),
        ("1h30m", timedelta(minutes=90)),
        ("250ms", timedelta(milliseconds=250)),
        ("7us", timedelta(microseconds=7)),
        ("0s", timedelta(0)),
        ("-1.5", timedelta(seconds=-1.5)),
        ("0.1s", timedelta(milliseconds=100)),
        ("1d", timedelta(days=1)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "s", "2 minutes", "1:30", "--2m", "1m-2s", "1e9s", "999999999999d", "٣s"])
def test_broken_durations(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_duration(text)
    assert caught.value.remedy


@given(st.text(alphabet="0123456789-:+TZ./ dhms", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (lambda: parse_window(text, "Europe/Berlin"), lambda: parse_duration(text)):
        with suppress(ScopeError):
            parse()


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)), st.sampled_from(["Europe/London", "America/Sao_Paulo"])
)
def test_an_instant_as_an_end_is_never_earlier_than_as_a_start(stamp: datetime, zone: str) -> None:
    text = stamp.isoformat(timespec="microseconds")
    assert parse_instant(text, zone) <= parse_instant(text, zone, is_end=True)
