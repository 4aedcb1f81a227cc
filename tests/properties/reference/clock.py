"""True time (semantics, section 2; D1, D2, D4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
LENGTH = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_local(local: datetime, zone: str) -> tuple[list[datetime], str]:
    """All UTC instants a local time may mean, earliest first, and 'exact', 'ambiguous' or 'nonexistent' (D2)."""
    place = ZoneInfo(zone)
    readings = set()
    for fold in (0, 1):
        offset = local.replace(tzinfo=place, fold=fold).utcoffset()
        assert offset is not None
        readings.add(local - offset)
    if len(readings) == 1:
        return list(readings), "exact"
    back = {reading.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None) for reading in readings}
    return sorted(readings), "ambiguous" if back == {local} else "nonexistent"


def read_stamp(text: str, zone: str) -> tuple[list[datetime], str] | None:
    """A stamp by its own offset, else by the zone (D1); None if it is no stamp."""
    if not STAMP.fullmatch(text):
        return None
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    if stamp.tzinfo is not None:
        return [stamp.astimezone(UTC).replace(tzinfo=None)], "exact"
    return read_local(stamp, zone)


def read_date(text: str, zone: str, days: int = 0) -> list[datetime] | None:
    """Local midnight of a date, some days on (D4); None if it is no date."""
    if not DATE.fullmatch(text):
        return None
    try:
        midnight = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read_local(midnight + timedelta(days=days), zone)[0]


def read_from(text: str, zone: str) -> datetime | None:
    """Where something begins: a date is its midnight, of two readings the earlier (D4)."""
    readings = read_date(text, zone)
    if readings is None:
        stamp = read_stamp(text, zone)
        readings = stamp[0] if stamp else None
    return readings[0] if readings else None


def read_until(text: str, zone: str) -> datetime | None:
    """Where something in the incident file ends: a date is the midnight after it, of two readings the later (D4)."""
    readings = read_date(text, zone, days=1)
    if readings is None:
        stamp = read_stamp(text, zone)
        readings = stamp[0] if stamp else None
    return readings[-1] if readings else None


def read_end(text: str, zone: str) -> datetime | None:
    """Where a record's validity ends: a date is its own midnight, of two readings the later (D4)."""
    readings = read_date(text, zone)
    if readings is None:
        stamp = read_stamp(text, zone)
        readings = stamp[0] if stamp else None
    return readings[-1] if readings else None


def must(instant: datetime | None) -> datetime:
    """An instant of the incident file, which is there because the file was validated."""
    assert instant is not None
    return instant


def read_window(text: str, zone: str) -> tuple[datetime, datetime]:
    """`A/B`; dates mean local midnight to the midnight after the last date (section 2)."""
    start, end = text.split("/")
    return must(read_from(start.strip(), zone)), must(read_until(end.strip(), zone))


def read_length(text: str) -> timedelta:
    """'90s', '-2m', '1h30m', '250ms' (D1)."""
    total = timedelta()
    for number, unit in LENGTH.findall(text):
        total += timedelta(**{UNITS[unit]: float(number)})
    return -total if text.strip().startswith("-") else total


def read_duration(text: str, unit: str) -> timedelta:
    """A log's duration cell in its declared unit; missing means none (D1)."""
    if not text:
        return timedelta()
    return float(text) * timedelta(**{{"s": "seconds", "ms": "milliseconds", "us": "microseconds"}[unit]: 1})
