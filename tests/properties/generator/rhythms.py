"""What logs show of themselves: signals, planes, numbers, and a rhythm with a hole in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .choosing import Choose, chance, one_of
from .times import Season

Rows = list[dict[str, str]]
SIGNALS = [
    "", "", "logging_stopped", "StopLogging", "logging_started", "logging_deleted", "scope_changed", "sampled",
    "Throttled ", "something",
]  # fmt: skip


def add_signals(choose: Choose, log: dict[str, Any], header: list[str], lines: Rows) -> None:
    """Now and then a log tells of itself, tells planes apart, or numbers its lines."""
    if chance(choose, 15):
        add_column(log, header, lines, "signal", [one_of(choose, SIGNALS) for _ in lines])
        log.setdefault("words", {})["signal"] = {"StopLogging": "logging_stopped"}
    if chance(choose, 15):
        planes = one_of(choose, [["management"], ["management", "data", ""], ["Reads", "management"]])
        add_column(log, header, lines, "plane", [one_of(choose, planes) for _ in lines])
        log.setdefault("words", {})["plane"] = {"reads": "data"}
    if chance(choose, 15):
        at, numbers = 0, []
        for _ in lines:
            at += one_of(choose, [1, 1, 1, 2])
            numbers.append(one_of(choose, [str(at), str(at), ""]) if chance(choose, 30) else str(at))
        add_column(log, header, lines, "sequence", numbers)


def add_deliveries(log: dict[str, Any], header: list[str], lines: Rows, season: Season) -> None:
    """Some logs say when each line came, some lines late; nothing is drawn for it, so that chosen seeds stay."""
    if len(lines) % 5 == 3:
        first = datetime.fromisoformat(season.days[0])
        hours = [26, 3, 49, 30, 75, 27]
        stamps = [
            f"{(first + timedelta(hours=hours[place % 6], minutes=place)).isoformat()}Z" for place in range(len(lines))
        ]
        add_column(log, header, lines, "delivered", ["" if place % 7 == 5 else at for place, at in enumerate(stamps)])


def add_column(log: dict[str, Any], header: list[str], lines: Rows, name: str, cells: list[str]) -> None:
    """One mapped column more."""
    log["columns"][name] = f"{name} said"
    header.append(f"{name} said")
    for line, cell in zip(lines, cells, strict=True):
        line[f"{name} said"] = cell


def add_rhythm(choose: Choose, log: dict[str, Any], header: list[str], lines: Rows, season: Season) -> None:
    """Now and then a log has a line every so many minutes for days, by day or all round, with a hole somewhere."""
    if not chance(choose, 12) or "time" not in log["columns"]:
        return
    every = one_of(choose, [30, 60, 20])
    day_count = choose.number(1, 6)
    first = datetime.fromisoformat(season.days[1]) - timedelta(days=choose.number(0, 4), hours=choose.number(0, 5))
    hole = first + timedelta(hours=choose.number(1, 24 * day_count))
    length = timedelta(hours=one_of(choose, [4, 8, 2, 30, 0, 5]))
    by_day = chance(choose, 50)
    at = first
    while at < first + timedelta(days=day_count):
        is_night = by_day and not 7 <= at.hour < 19
        if not is_night and not hole <= at < hole + length:
            line = dict.fromkeys(header, "")
            line |= {log["columns"]["time"]: f"{at.isoformat()}Z", "comment": "beat"}
            if "action" in log["columns"]:
                line[log["columns"]["action"]] = "login"
            lines.append(line)
        at += timedelta(minutes=every)
