"""Tills infected at different hours, and transactions that passed them on clocks of their own."""

from __future__ import annotations

from typing import Any

from .choosing import Choose, chance, one_of, some_of
from .times import ZONES, Season

Rows = list[dict[str, str]]
TILLS = ["Till 1", "till 2", "TILL 3 "]


def make_device(choose: Choose, name: str, zone: str | None, season: Season) -> dict[str, str]:
    """One stretch of time at one device; now and then nobody knows an end."""
    start, end = one_of(choose, [
        (season.days[1], season.days[2]), (season.exact(2), season.exact(5)), (season.exact(4), season.exact(5)),
        (f"{season.days[2]}T02:00", f"{season.days[2]}T03:00"), (season.days[0], season.exact(3)),
        (season.exact(7), f"{season.days[3]}T23:00"),
    ])  # fmt: skip
    device = {"device": name, "from": start, "until": end}
    for key in ("from", "until"):
        if chance(choose, 15):
            del device[key]
    return device | ({"zone": zone} if zone else {})


def make_time(choose: Choose, season: Season) -> str:
    """The own time of a transaction: mostly inside, now and then a whole day, or nothing that can be read."""
    kind = one_of(choose, [season.inner_stamp, season.odd_stamp, season.stamp, season.inner_stamp])
    return one_of(choose, [kind(choose), kind(choose), kind(choose), season.days[choose.number(0, 3)], "", "noon"])


def make_interceptions(
    choose: Choose, datasets: dict[str, Any], headers: dict[str, list[str]], rows: dict[str, Rows], season: Season
) -> list[dict[str, Any]]:
    """Now and then data captured as it passed; two columns more for one dataset."""
    if not chance(choose, 25):
        return []
    name = one_of(choose, list(datasets))
    headers[name] += ["register", "passed at"]
    for row in rows[name]:
        row["register"] = one_of(choose, ["till 1", "TILL 1", "till 2", "till 9", "", "n/a", "till 3"])
        row["passed at"] = make_time(choose, season)
    zones = {till: one_of(choose, [None, None, *ZONES]) for till in TILLS}
    listed = some_of(choose, [*TILLS, TILLS[0]], 60) or [TILLS[0]]
    given: dict[str, Any] = {"dataset": name, "device": "register", "time": "passed at"}
    given["devices"] = [make_device(choose, till, zones[till], season) for till in listed]
    if chance(choose, 30):
        given["columns"] = [one_of(choose, list(datasets[name]["columns"]))]
    return [given]
