"""What a log shows of itself: stopped, numbered with holes, without data events, silent (section 7; record 12)."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from .model import Event

Interval = tuple[datetime, datetime]
Stretch = tuple[datetime, datetime, str]
Silence = tuple[datetime, datetime, bool]  # from, until, before the first or after the last line

SIGNALS = ["logging_stopped", "logging_started", "logging_deleted", "scope_changed", "throttled", "sampled"]
PLANES = ["data", "management"]
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
SMALLEST = timedelta(microseconds=1)


def word_of(event: Event, role: str, log: dict[str, Any], known: list[str]) -> str | None:
    """A log's word for a signal or plane in ours; anything else says nothing."""
    own = {theirs.strip().lower(): ours for theirs, ours in log.get("words", {}).get(role, {}).items()}
    word = event.attributes.get(role, "").strip().lower()
    return own.get(word, word if word in known else None)


def signals_of(events: list[Event], log: dict[str, Any]) -> list[tuple[str, Event]]:
    """What the log says of itself, where it came true."""
    said = [(word_of(event, "signal", log, SIGNALS), event) for event in events]
    return [(word, event) for word, event in said if word and event.outcome not in ("denied", "failed")]


def shown_stretches(events: list[Event], log: dict[str, Any], window: Interval) -> list[Stretch]:
    """The stretches in which the log shows that it is not complete."""
    stretches: list[Stretch] = []
    said = signals_of(events, log)
    starts = [max(event.readings) for word, event in said if word == "logging_started"]
    for word, event in said:
        at = min(event.readings)
        if word == "logging_stopped":
            stretches.append((at, min([start for start in starts if start > at], default=window[1]), "stopped"))
        elif word in ("logging_deleted", "sampled", "throttled"):
            stretches.append((at, window[1], "stopped" if word == "logging_deleted" else word))
    planes = {word_of(event, "plane", log, PLANES) for event in events if event.in_window}
    if "management" in planes and "data" not in planes:
        stretches.append((*window, "no_data_events"))
    return stretches + missing_lines(events) + late_deliveries(events, window[1])


def late_deliveries(events: list[Event], end: datetime) -> list[Stretch]:
    """What came an hour late or more: as long a stretch before the last delivery may still be on its way."""
    came = [(event.delivered, max(event.readings)) for event in events if event.delivered]
    delays = [delivered - at for delivered, at in came if delivered - at >= HOUR]
    if not delays:
        return []
    return [(max(delivered for delivered, _ in came) - max(delays), end, "late")]


def missing_lines(events: list[Event]) -> list[Stretch]:
    """The stretches between lines whose numbers do not follow each other."""
    numbered: dict[int, datetime] = {}
    for event in events:
        text = event.attributes.get("sequence", "")
        if text.isdigit():
            numbered[int(text)] = min(min(event.readings), numbered.get(int(text), datetime.max))
    stretches = []
    for one, other in itertools.pairwise(sorted(numbered)):
        if other - one > 1:
            ends = sorted([numbered[one], numbered[other]])
            stretches.append((ends[0], ends[1] + SMALLEST, "lines_missing"))
    return stretches


def find_silences(instants: list[datetime], window: Interval) -> list[Silence]:
    """All silences of a log, the ones at its edges too."""
    silences: list[Silence] = [(one, other, False) for one, other in itertools.pairwise(instants)]
    if instants and instants[0] > window[0]:
        silences.append((window[0], instants[0], True))
    if instants and instants[-1] < window[1]:
        silences.append((instants[-1], window[1], True))
    return silences


def length(silence: Silence) -> timedelta:
    """How long a silence is."""
    return silence[1] - silence[0]


def is_unusual(one: Silence, others: list[Silence], history: Interval) -> bool:
    """Whether a silence is longer than the rhythm of the log explains (record 12)."""
    long = length(one)
    longest = max(length(other) for other in others)
    if long > DAY:
        return long > 5 * longest
    days = []
    for number in range(-7, 8):
        start, end = one[0] + number * DAY, one[1] + number * DAY
        is_rest = any(length(rest) > DAY and rest[0] <= start and end <= rest[1] for rest in others)
        if number and history[0] <= start and end <= history[1] and not is_rest:
            days.append((start, end))
    if len(days) < 3:
        return long < 6 * HOUR and long > 10 * longest
    return not any(
        length(other) <= DAY and 3 * length(other) >= long and other[0] < end + HOUR and other[1] > start - HOUR
        for other in others
        for start, end in days
    )


def suspected_silences(events: list[Event], window: Interval) -> list[Silence]:
    """The silences that the log's own rhythm does not explain."""
    instants = sorted({min(event.readings) for event in events})
    silences = find_silences(instants, window)
    suspected = []
    for one in sorted(silences, key=lambda silence: (-length(silence), silence[0]))[:200]:
        others = [other for other in silences if other is not one and not other[2]]
        if length(one) >= QUARTER and len(others) >= 20 and is_unusual(one, others, (instants[0], instants[-1])):
            suspected.append(one)
    return suspected
