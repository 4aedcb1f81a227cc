"""What must hold within and between logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import combinations

from pipeline import config
from pipeline.config import IncidentFile, Log, Stretch
from pipeline.config_checks.parts import (
    delimiter_problems,
    slug_problems,
    time_format_problems,
    zone_of,
    zone_problems,
)
from pipeline.problems import (
    Keys,
    Problem,
    read_interval,
    show,
    suggest,
    unreadable,
)
from pipeline.window import parse_duration

_MISNAMED = {
    "timestamp": "time",
    "row_count": "rows",
    "byte_count": "bytes",
    "record_key": "record_keys",
    "filter": "filters",
    "column": "columns",
    "ip_address": "ip",
    "useragent": "user_agent",
}


def check_logs(model: IncidentFile) -> Iterator[Problem]:
    """List what is wrong with the logs."""
    if not (model.logs or model.unlogged_copies or model.interceptions):
        yield Problem(("logs",), "names no log", "declare a log: its name, path and columns")
    for name, log in model.logs.items():
        keys: Keys = ("logs", name)
        yield from slug_problems(keys, name, "log")
        yield from zone_problems((*keys, "zone"), log.zone)
        yield from unreadable((*keys, "clock_skew"), partial(parse_duration, log.clock_skew))
        yield from delimiter_problems(keys, log.delimiter)
        yield from time_format_problems((*keys, "time_format"), log.time_format)
        if log.dialect is not None and log.dialect.strip().lower() not in config.DIALECTS:
            yield Problem(
                (*keys, "dialect"), f"unknown dialect {show(log.dialect)}", suggest(log.dialect, config.DIALECTS)
            )
        if log.is_mapped:
            yield from _check_event_columns((*keys, "columns"), log)
        yield from _check_words((*keys, "words", "action"), log.words.action, config.ACTIONS)
        yield from _check_words((*keys, "words", "outcome"), log.words.outcome, config.OUTCOMES)
        yield from _check_words((*keys, "words", "signal"), log.words.signal, config.SIGNALS)
        yield from _check_words((*keys, "words", "plane"), log.words.plane, config.PLANES)
        if isinstance(log.coverage, list):
            yield from _check_coverage((*keys, "coverage"), log.coverage, zone_of(model))


def _check_event_columns(keys: Keys, log: Log) -> Iterator[Problem]:
    columns = log.columns
    if "time" not in columns and "end_time" not in columns:
        yield Problem(keys, "no column gives the time", "write time: COLUMN, or end_time: COLUMN and duration: COLUMN")
    if "end_time" in columns and "time" in columns:
        yield Problem((*keys, "end_time"), "time and end_time are both given", "keep time, the start of the operation")
    elif "end_time" in columns and "duration" not in columns:
        remedy = "write duration: COLUMN as well; if the log has none, write time: instead of end_time:"
        yield Problem((*keys, "end_time"), "end_time needs a duration", remedy)
    for name in columns:
        if name in _MISNAMED:
            yield Problem((*keys, name), f"unknown log column {show(name)}", f"did you mean '{_MISNAMED[name]}'?")


def _check_words(keys: Keys, words: dict[str, str], known: tuple[str, ...]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for theirs, ours in words.items():
        if ours not in known:
            remedy = suggest(ours, known) + "; the log's word stands on the left, ours on the right"
            yield Problem((*keys, theirs), f"unknown word {show(ours)}", remedy)
        if seen.setdefault(theirs.strip().casefold(), ours) != ours:
            yield Problem((*keys, theirs), "this word is mapped twice; case does not count", "keep one of the two")


def _check_coverage(keys: Keys, stretches: list[Stretch], zone: str) -> Iterator[Problem]:
    read: list[tuple[datetime, datetime, str, int]] = []
    for number, stretch in enumerate(stretches):
        place: Keys = (*keys, number)
        ends, problems = read_interval(place, zone, **{"from": stretch.from_, "until": stretch.until})
        yield from problems
        if not problems:
            read.append((*ends, stretch.status, number))
    for first, second in combinations(sorted(read), 2):
        if second[0] < first[1] and first[2] != second[2]:
            later = max(first[3], second[3])
            what = f"this stretch and another overlap, one '{first[2]}', the other '{second[2]}'"
            yield Problem((*keys, later), what, "let one end where the other begins")
