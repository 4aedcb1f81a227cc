"""Interceptions → landed intervals of devices, and the transactions that name them with their own times.

This room reads one transaction at a time: which listed device it names, and when it says it took place, on that
device's clock. Whether that was inside the device's interval is asked later (semantics, section 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipeline.config import Dataset, Interception
from pipeline.errors import ConfigurationError
from pipeline.incident_file import IncidentSource
from pipeline.intake.declared import utc
from pipeline.intake.normalise import is_placeholder
from pipeline.intake.routes import Target, project
from pipeline.intake.rows import cell
from pipeline.intake.tables import Tables
from pipeline.intake.times import EARLIEST, LATEST, read_stamps
from pipeline.intake.words import fold
from pipeline.problems import show, suggest
from pipeline.window import parse_instant

_DAY = r"^\d{4}-\d{2}-\d{2}$"


@dataclass(frozen=True, slots=True)
class Tap:
    """One interception, ready to read transactions by: its columns, and the clock of each listed device."""

    number: int
    dataset: str
    device: str
    time: str
    time_format: str
    zones: Mapping[str, str]
    where: str

    @property
    def columns(self) -> tuple[str, str]:
        """Name the columns it needs of the dataset's files."""
        return (self.device, self.time)


def compile_taps(source: IncidentSource, targets: Mapping[str, Target]) -> list[Tap]:
    """Make every interception ready; raises ConfigurationError if a dataset's files lack a column it names."""
    return [_compile(source, number, one, targets) for number, one in enumerate(source.model.interceptions)]


def _compile(source: IncidentSource, number: int, one: Interception, targets: Mapping[str, Target]) -> Tap:
    target = targets[one.dataset]
    for key, column in (("device", one.device), ("time", one.time)):
        if column not in target.present:
            raise ConfigurationError(
                f"dataset '{one.dataset}' has no column {show(column)}",
                where=source.where("interceptions", number, key),
                remedy=suggest(column, target.present),
            )
    incident = source.model.incident
    usual = source.model.datasets[one.dataset].zone or incident.zone
    zones = {_fold(device.device): device.zone or usual for device in one.devices}
    where = source.where("interceptions", number, "time_format")
    return Tap(number + 1, one.dataset, one.device, one.time, one.time_format, zones, where)


def land_intervals(source: IncidentSource, targets: Mapping[str, Target], taps: list[Tap], tables: Tables) -> None:
    """Write each device's interval; an end that nobody knows is null."""
    rows: list[tuple[object, ...]] = []
    for tap, one in zip(taps, source.model.interceptions, strict=True):
        projection = project(targets[one.dataset], one.columns).text
        for place, device in enumerate(one.devices):
            where = source.where("interceptions", tap.number - 1, "devices", place)
            zone = device.zone or source.model.incident.zone
            start = _instant(device.from_, zone, where, is_end=False)
            end = _instant(device.until, zone, where, is_end=True)
            name = _fold(device.device)
            rows.append((tap.number, len(rows) + 1, one.dataset, name, tap.zones[name], start, end, projection))
    tables.write_rows("landed_interceptions", rows)


def _instant(text: str | None, zone: str, where: str, *, is_end: bool) -> datetime | None:
    return None if text is None else utc(parse_instant(text, zone, is_end=is_end, where=where))


def transactions_of(records: pl.DataFrame, tap: Tap, dataset: Dataset) -> Iterator[pl.DataFrame]:
    """Read the transactions of listed devices, and those that name none, with their own times.

    One frame for each zone, as each device has its own clock: interception_number, record_number, device (null if the
    transaction names none), zone, earliest_at and latest_at (null if its time cannot be read), is_date_only. A date
    alone is the whole local day.
    """
    is_nameless = is_placeholder(cell(tap.device), dataset.placeholders)
    named = records.with_columns(pl.when(~is_nameless).then(fold(cell(tap.device))).alias("device"))
    for zone in sorted(set(tap.zones.values())):
        devices = [device for device, own in tap.zones.items() if own == zone]
        ours = named.filter(pl.col("device").is_null() | pl.col("device").is_in(devices))
        stamps = _read_times(ours.select(cell(tap.time)).to_series(), tap.time_format, zone, tap.where)
        yield pl.concat([ours, stamps], how="horizontal").select(
            pl.lit(tap.number, pl.Int32).alias("interception_number"),
            "record_number",
            "device",
            pl.lit(zone).alias("zone"),
            EARLIEST,
            LATEST,
            "is_date_only",
        )


def _read_times(texts: pl.Series, time_format: str, zone: str, where: str) -> pl.DataFrame:
    """Read own times; a date alone lasts from its midnight to just before the next."""
    stamps = read_stamps(texts, time_format, zone, where).select(EARLIEST, LATEST)
    day = texts.str.strip_chars().str.extract(f"({_DAY})").str.to_date("%Y-%m-%d", strict=False)
    next_day = day.dt.offset_by("1d").dt.strftime("%Y-%m-%d")
    ends = read_stamps(next_day, "iso", zone, where)[LATEST].alias("day_ends_at")
    is_day = (day.is_not_null() & ends.is_not_null()).alias("is_date_only")
    until = pl.col("day_ends_at") - pl.duration(microseconds=1, time_unit="us")
    return stamps.with_columns(ends, is_day).select(
        EARLIEST, pl.when("is_date_only").then(until).otherwise(LATEST).alias(LATEST), "is_date_only"
    )


def _fold(name: str) -> str:
    return name.strip().lower()
