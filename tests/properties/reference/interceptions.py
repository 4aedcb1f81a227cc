"""Data captured as it passed (semantics, section 5; decision record 13).

A transaction counts by its own time at its device, in the device's own zone, and by nothing else: not by when the
record lived, not by the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .actors import as_list
from .clock import must, read_date, read_from, read_stamp, read_until
from .model import Inputs, Reached, Record
from .records import holds_value
from .routes import read_projection

SMALLEST = timedelta(microseconds=1)


@dataclass(eq=False)
class Stay:
    """One stretch of time during which one device was intercepted; an end nobody knows is None."""

    dataset: str
    device: str
    from_at: datetime | None
    until_at: datetime | None
    caught: list[Reached]
    window: tuple[datetime, datetime]

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """Both ends; one nobody knows is the window's, and never on the wrong side of the other."""
        start, end = self.from_at, self.until_at
        low = self.window[0] if end is None else min(self.window[0], end)
        high = self.window[1] if start is None else max(self.window[1], start)
        return (low if start is None else start, high if end is None else end)

    @property
    def is_open(self) -> bool:
        """Whether an end is unknown."""
        return self.from_at is None or self.until_at is None

    @property
    def leaves_window(self) -> bool:
        """Whether a known end shows that it lies at least partly outside the window."""
        start, end = self.window
        return (self.from_at is not None and not start <= self.from_at < end) or (
            self.until_at is not None and not start < self.until_at <= end
        )


def own_time(text: str, zone: str) -> tuple[list[datetime], bool] | None:
    """All instants a transaction may have taken place at, or the first and last of its day; None if unreadable."""
    midnight = read_date(text, zone)
    if midnight is not None:
        return [midnight[0], must(read_until(text, zone)) - SMALLEST], True
    stamp = read_stamp(text, zone)
    return (stamp[0], False) if stamp else None


def judge(text: str, is_named: bool, stay: Stay, zone: str) -> tuple[str, str, datetime, datetime] | None:
    """Grade, reason, first and last instant of one transaction within one stay; None if it was not caught."""
    start, end = stay.ends
    time = own_time(text, zone)
    if time is None:
        return "possible", "unreadable_time" if is_named else "unknown_device", start, end
    readings, is_day = time
    if is_day:
        first, last = max(readings[0], start), min(readings[1], end)
        if readings[1] < start or readings[0] >= end:
            return None
        is_whole = start <= readings[0] and readings[1] < end
    else:
        inside = [reading for reading in readings if start <= reading < end]
        if not inside:
            return None
        first, last = min(inside), max(inside)
        is_whole = len(inside) == len(readings)
    if not is_named:
        return "possible", "unknown_device", first, last
    if not is_whole:
        return "likely", "date_only" if is_day else "ambiguous_time", first, last
    return ("likely", "open_interval", first, last) if stay.is_open else ("confirmed", "intercepted", first, last)


def catch(
    stay: Stay, given: dict[str, Any], record: Record, columns: set[str] | None, dataset: dict[str, Any], zone: str
) -> None:
    """Add a transaction to a stay if it passed the device then, or may have."""
    text = record.cells.get(given["device"], "")
    name = text.strip().lower() if holds_value(text, dataset) else ""
    if record.dataset != stay.dataset or name not in ("", stay.device):
        return
    judged = judge(record.cells.get(given["time"], "").strip(), bool(name), stay, zone)
    if judged is not None:
        grade, reason, first, last = judged
        stay.caught.append(Reached(record, columns, first, last, "exported", grade=grade, reason=reason))


def find_stays(
    incident: dict[str, Any], records: list[Record], inputs: Inputs, window: tuple[datetime, datetime]
) -> list[Stay]:
    """Every declared stay with the transactions it caught."""
    usual = incident["incident"].get("zone", "UTC")
    stays = []
    for given in incident.get("interceptions", []):
        name = given["dataset"]
        dataset = incident["datasets"][name]
        columns, _ = read_projection(
            as_list(given.get("columns")), inputs.datasets[name].columns, set(dataset["columns"])
        )
        for device in given["devices"]:
            zone = device.get("zone", usual)
            start = must(read_from(device["from"], zone)) if "from" in device else None
            end = must(read_until(device["until"], zone)) if "until" in device else None
            stay = Stay(name, device["device"].strip().lower(), start, end, [], window)
            for record in records:
                clock = device.get("zone", dataset.get("zone", usual))
                catch(stay, given, record, columns, dataset, clock)
            stays.append(stay)
    return stays
