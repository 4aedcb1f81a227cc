"""Instants, windows, durations and zones as people write them, read into UTC.

This room knows the calendar and nothing about logs or incidents. Where a text leaves two readings open, the wider one
is taken, so that nobody is lost (semantics, section 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigurationError, ScopeError, UsageError

WINDOW_REMEDY = (
    "write START/END, two dates (2026-03-28/2026-03-30, both days included) "
    "or two instants (2026-03-28T21:00/2026-03-29T04:30Z)"
)
INSTANT_REMEDY = "write a date (2026-03-28) or an instant (2026-03-28T21:00, 2026-03-28T21:00:05.25+01:00, …Z)"
DURATION_REMEDY = "write a number with units, such as 90s, -2m, 1h30m, 250ms or 0s; a plain number is seconds"
FIRST_YEAR, LAST_YEAR = 1900, 2999

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,6})?"
_DURATION = re.compile(rf"(?P<sign>[+-]?)(?P<parts>({_AMOUNT}(us|ms|s|m|h|d))+|{_AMOUNT})")
_PART = re.compile(r"([0-9.]+)([a-z]*)")
_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
}


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open interval `[start, end)` of true time; both ends aware, UTC, to the microsecond."""

    start: datetime
    end: datetime


def parse_window(text: str, zone: str, *, error: type[ScopeError] = UsageError, where: str = "") -> Window:
    """Read `START/END` into a window; dates mean local midnight to the midnight after the last date.

    Raises `error` if the text is no window, an end is no instant, or the window is empty or reversed;
    ConfigurationError if the zone does not exist (unless `error` is another class).
    """
    ends = [end.strip() for end in text.split("/")]
    if len(ends) != 2 or not all(ends):
        what = "the window has more than one '/'" if len(ends) > 2 else "the window does not name a start and an end"
        raise error(what, where=where, remedy=WINDOW_REMEDY)
    start = parse_instant(ends[0], zone, error=error, where=where, part="the window's start ")
    end = parse_instant(ends[1], zone, is_end=True, error=error, where=where, part="the window's end ")
    if start > end:
        raise error("the window ends before it starts", where=where, remedy="write the earlier end first: START/END")
    if start == end:
        raise error("the window is empty: its two ends are one instant", where=where, remedy=WINDOW_REMEDY)
    return Window(start, end)


def parse_instant(
    text: str,
    zone: str,
    *,
    is_end: bool = False,
    error: type[ScopeError] = ConfigurationError,
    where: str = "",
    part: str = "",
) -> datetime:
    """Read a date or an instant into aware UTC.

    A date is local midnight, as an end the midnight after it. Without offset the text is in `zone`; a local time that
    occurs twice, or never, is read so that it widens: the earlier instant as a start, the later one as an end.
    Raises `error`; `part` is put before what is wrong.
    """
    read_zone(zone, where=where)
    text = text.strip()
    is_date = _DATE.fullmatch(text) is not None
    if not is_date and not _INSTANT.fullmatch(text):
        raise error(f"{part}is not a date or an instant".strip(), where=where, remedy=INSTANT_REMEDY)
    try:
        stamp = _read_date(text, is_end) if is_date else datetime.fromisoformat(text[:11] + text[11:].replace(" ", ""))
    except (ValueError, OverflowError):
        what = f"{part}is a day or time that no calendar has".strip()
        raise error(what, where=where, remedy=INSTANT_REMEDY) from None
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR + 1:
        what = f"{part}lies outside the years {FIRST_YEAR} to {LAST_YEAR}".strip()
        raise error(what, where=where, remedy=INSTANT_REMEDY)
    return _widest(stamp, zone, is_end)


def parse_duration(text: str, *, error: type[ScopeError] = ConfigurationError, where: str = "") -> timedelta:
    """Read '90s', '-2m', '1h30m', '250ms' or a plain number of seconds; raises `error`."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise error("is not a duration", where=where, remedy=DURATION_REMEDY)
    parts = _PART.findall(match["parts"])
    total = sum((Decimal(amount) * _MICROSECONDS[unit] for amount, unit in parts), Decimal(0))
    try:
        return timedelta(microseconds=int(total)) * (-1 if match["sign"] == "-" else 1)
    except OverflowError:
        raise error("is longer than any clock runs", where=where, remedy=DURATION_REMEDY) from None


def read_zone(name: str, *, where: str = "", error: type[ScopeError] = ConfigurationError) -> ZoneInfo:
    """Find a zone by its IANA name; raises `error` with the nearest names if there is none."""
    if name not in zone_names():
        raise error(f"there is no time zone {_show(name)}", where=where, remedy=_zone_remedy(name))
    return ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """List every IANA zone; the machine's own `localtime` is not one, for no machine may change a result."""
    text = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(text.split()) - {"Factory"}


def _zone_remedy(name: str) -> str:
    folded = {zone.casefold(): zone for zone in zone_names()}
    city = {zone.casefold().rpartition("/")[2]: zone for zone in sorted(zone_names())}
    wanted = name.strip().replace(" ", "_").casefold()
    near = get_close_matches(wanted, folded, n=1, cutoff=0.75)
    found = folded.get(wanted) or city.get(wanted) or (folded[near[0]] if near else None)
    if found:
        return f"did you mean {found}?"
    return "write an IANA name such as Europe/London, America/New_York or UTC; Etc/GMT-2 is two hours east of UTC"


def _show(name: str) -> str:
    is_harmless = len(name) <= 40 and name.isprintable() and "@" not in name
    return f"'{name}'" if is_harmless else "of that name"


def _read_date(text: str, is_end: bool) -> datetime:
    day = date.fromisoformat(text)
    return datetime.combine(day + timedelta(days=1) if is_end else day, time())


def _widest(stamp: datetime, zone: str, is_end: bool) -> datetime:
    if stamp.tzinfo is not None:
        return stamp.astimezone(UTC)
    local = stamp.replace(tzinfo=ZoneInfo(zone))
    readings = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(readings) if is_end else min(readings)
