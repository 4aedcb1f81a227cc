"""What must hold between interceptions and the datasets whose transactions they caught."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.config import IncidentFile, Interception
from pipeline.config_checks.parts import time_format_problems, zone_of, zone_problems
from pipeline.config_checks.routes import delivered_problems
from pipeline.problems import Keys, Problem, bad_interval, unknown_name
from pipeline.window import zone_names


def check_interceptions(model: IncidentFile) -> Iterator[Problem]:
    """List what is wrong with the interceptions."""
    for number, interception in enumerate(model.interceptions):
        keys: Keys = ("interceptions", number)
        yield from unknown_name((*keys, "dataset"), interception.dataset, model.datasets, "dataset")
        yield from time_format_problems((*keys, "time_format"), interception.time_format)
        yield from delivered_problems(keys, interception.columns, model.datasets.get(interception.dataset))
        yield from _check_devices((*keys, "devices"), interception, zone_of(model))


def _check_devices(keys: Keys, interception: Interception, zone: str) -> Iterator[Problem]:
    """One device has one clock: two zones for it would read each of its transactions twice."""
    zones: dict[str, str | None] = {}
    for number, device in enumerate(interception.devices):
        place: Keys = (*keys, number)
        yield from zone_problems((*place, "zone"), device.zone) if device.zone else ()
        own = device.zone if device.zone in zone_names() else zone
        yield from bad_interval(place, own or zone, **{"from": device.from_, "until": device.until})
        if zones.setdefault(device.device.strip().lower(), device.zone) != device.zone:
            yield Problem((*place, "zone"), "one device has two zones", "write one zone wherever the device is listed")
