"""Stamps as sources write them → true time in UTC, with both readings of a local time that is not plain.

This room knows calendars, zones and stamp formats; it must not know events or records (semantics, section 2). All
instants here are naive datetimes in UTC, to the microsecond.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.errors import ConfigurationError
from pipeline.intake.plain_stamps import read_plain

ALWAYS_FROM = datetime(1, 1, 1)
ALWAYS_TO = datetime(9999, 12, 31)

EARLIEST, LATEST, READING = "earliest_at", "latest_at", "time_reading"

_INSTANT = pl.Datetime("us")
_ISO = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]+([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,12}))?\s*(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
_NUMBER = r"^([0-9]{1,19})(?:\.([0-9]{1,12}))?$"
_DIGITS = {"unix": 6, "unix_ms": 3, "unix_us": 0, "unix_ns": -3}
# Above this share of distinct stamps, looking them up again costs more than it saves.
_OFTEN = 0.5
_UNIT_MICROSECONDS = {"s": 1_000_000, "ms": 1_000, "us": 1}


def read_stamps(texts: pl.Series, time_format: str, zone: str, where: str = "") -> pl.DataFrame:
    """Read stamps into earliest_at, latest_at and time_reading; all null where a stamp cannot be read.

    `time_format` is iso, unix, unix_ms, unix_us, unix_ns or a strftime pattern. A stamp with its own offset is read by
    it, any other in `zone`: an ambiguous local time has two readings, a non-existent one is read with the offset
    before and after the jump. Raises ConfigurationError for a format that is none.
    """
    if time_format != "iso":
        return _read_distinct(texts, time_format, zone, where)
    local, offset = read_plain(texts)
    is_odd = local.is_null() & texts.is_not_null()
    stamps = _place(local, offset, zone, where)
    if not is_odd.any():
        return stamps
    odd = _read_distinct(texts.filter(is_odd), time_format, zone, where)
    row = pl.int_range(len(texts), eager=True).alias("row")
    parts = [stamps.filter(~is_odd).with_columns(row.filter(~is_odd)), odd.with_columns(row.filter(is_odd))]
    return pl.concat(parts).sort("row").drop("row")


def _read_distinct(texts: pl.Series, time_format: str, zone: str, where: str) -> pl.DataFrame:
    """Read each distinct stamp once, where that saves anything."""
    distinct = texts.unique()
    if len(distinct) > _OFTEN * len(texts):
        return _read(texts, time_format, zone, where)
    known = _read(distinct, time_format, zone, where).with_columns(distinct.alias("stamp"))
    asked = texts.alias("stamp").to_frame()
    return asked.join(known, on="stamp", how="left", nulls_equal=True, maintain_order="left").drop("stamp")


def _read(texts: pl.Series, time_format: str, zone: str, where: str) -> pl.DataFrame:
    stripped = texts.str.strip_chars()
    if time_format == "iso":
        local, offset = _read_iso(stripped)
    elif time_format in _DIGITS:
        local = _read_unix(stripped, _DIGITS[time_format])
        offset = pl.Series([0], dtype=pl.Int64).new_from_index(0, len(texts))
    else:
        local, offset = _read_pattern(stripped, time_format, where)
    return _place(local, offset, zone, where)


def subtract_microseconds(stamps: pl.DataFrame, amount: pl.Series | int) -> pl.DataFrame:
    """Move both readings back by some microseconds (a duration, a clock's skew)."""
    moved = pl.duration(microseconds=pl.lit(amount), time_unit="us")
    return stamps.with_columns(pl.col(EARLIEST, LATEST) - moved)


def read_durations(texts: pl.Series, unit: str) -> pl.Series:
    """Read plain numbers of `unit` into microseconds; blank is 0, anything else that is no length of time is null."""
    text = texts.fill_null("").str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    is_sane = number.is_finite() & (number >= 0) & (number < 1e12)
    frame = pl.DataFrame({"text": text, "number": number, "is_sane": is_sane})
    amount = (pl.col("number") * _UNIT_MICROSECONDS[unit]).round(0)
    read = pl.when(pl.col("text") == "").then(0).when(pl.col("is_sane")).then(amount)
    return frame.select(read.cast(pl.Int64, strict=False).alias("duration")).to_series()


def _read_iso(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    parts = _groups(texts, _ISO, ["day", "minute", "second", "fraction", "offset"])
    text = pl.concat_str("day", pl.lit("T"), pl.col("minute").fill_null("00:00"), pl.col("second").fill_null(":00"))
    local = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    fraction = (pl.col("fraction").fill_null("") + "000000").str.slice(0, 6).cast(pl.Int64)
    sign = pl.when(pl.col("offset").str.starts_with("-")).then(-1).otherwise(1)
    digits = pl.col("offset").str.replace_all(r"[^0-9]", "")
    hours = digits.str.slice(0, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = digits.str.slice(2, 2).cast(pl.Int64, strict=False).fill_null(0)
    seconds = pl.when(pl.col("offset").is_not_null()).then(sign * (hours * 3600 + minutes * 60))
    read = (
        parts.lazy()
        .select((local + pl.duration(microseconds=fraction, time_unit="us")).alias("local"), seconds.alias("offset"))
        .collect()
    )
    return read["local"], read["offset"]


def _groups(texts: pl.Series, regex: str, names: list[str]) -> pl.DataFrame:
    frame = texts.to_frame("x").select(pl.col("x").str.extract_groups(regex).alias("found")).unnest("found")
    frame.columns = names
    return frame


def _read_unix(texts: pl.Series, digits: int) -> pl.Series:
    parts = _groups(texts, _NUMBER, ["whole", "fraction"])
    whole = pl.col("whole").cast(pl.Int64, strict=False)
    if digits < 0:
        micros = whole // 10**-digits
    else:
        fraction = (pl.col("fraction").fill_null("") + "000000").str.slice(0, digits).cast(pl.Int64, strict=False)
        micros = whole * 10**digits + fraction.fill_null(0)
    sane = pl.when(micros.is_between(0, 253_402_214_400_000_000)).then(micros)
    return parts.select(sane.cast(_INSTANT).alias("local")).to_series()


def _read_pattern(texts: pl.Series, pattern: str, where: str) -> tuple[pl.Series, pl.Series]:
    try:
        sample = pl.Series([datetime(2001, 2, 3, 4, 5, 6)]).dt.replace_time_zone("UTC").dt.strftime(pattern)
        is_pattern = _parse(sample, pattern).null_count() == 0
        read = _parse(texts, pattern)
    except pl.exceptions.PolarsError:
        is_pattern, read = False, texts
    if not is_pattern:
        raise ConfigurationError(
            "time_format is neither iso, unix, unix_ms, unix_us, unix_ns nor a pattern of date and time",
            where=where,
            remedy="write a pattern such as '%d/%b/%Y:%H:%M:%S %z'",
        )
    zone = getattr(read.dtype, "time_zone", None)
    if zone:
        read = read.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    offset = pl.Series([0 if zone else None], dtype=pl.Int64).new_from_index(0, len(texts))
    return read, offset


def _parse(texts: pl.Series, pattern: str) -> pl.Series:
    return texts.str.to_datetime(pattern, time_unit="us", strict=False)


def _place(local: pl.Series, offset: pl.Series, zone: str, where: str) -> pl.DataFrame:
    frame = pl.DataFrame({"local": local, "offset": offset})
    own = pl.col("local") - pl.duration(seconds=pl.col("offset"), time_unit="us")
    has_own = pl.col("offset").is_not_null()
    if zone == "UTC" or offset.null_count() == 0:
        plain = pl.when(has_own).then(own).otherwise("local")
        stamps = frame.select(plain.alias(EARLIEST), plain.alias(LATEST), pl.lit("exact").alias(READING))
        return _blank_unread(stamps)
    frame = _in_zone(frame, zone, where)
    is_lost = ~has_own & pl.col("local").is_not_null() & pl.col("first").is_null()
    stamps = frame.select(
        pl.when(has_own).then(own).otherwise("first").alias(EARLIEST),
        pl.when(has_own).then(own).otherwise("second").alias(LATEST),
        pl.when(is_lost)
        .then(pl.lit("nonexistent"))
        .when(~has_own & (pl.col("first") != pl.col("second")))
        .then(pl.lit("ambiguous"))
        .otherwise(pl.lit("exact"))
        .alias(READING),
        pl.when(is_lost).then("local").alias("lost"),
    )
    return _blank_unread(_read_lost(stamps, zone))


def _in_zone(frame: pl.DataFrame, zone: str, where: str) -> pl.DataFrame:
    def reading(ambiguous: str) -> pl.Expr:
        placed = pl.col("local").dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
        return placed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)

    try:
        return frame.with_columns(reading("earliest").alias("first"), reading("latest").alias("second"))
    except pl.exceptions.PolarsError:
        raise ConfigurationError(f"there is no time zone '{zone}'", where=where, remedy="write an IANA name") from None


def _read_lost(stamps: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Read non-existent local times with both offsets; Python's fold knows them, and they are few and far between."""
    lost = stamps["lost"].drop_nulls().unique().sort()
    if not len(lost):
        return stamps.drop("lost")
    readings = [_both_readings(local, zone) for local in lost.to_list()]
    found = pl.DataFrame(
        {"lost": lost, "low": [low for low, _ in readings], "high": [high for _, high in readings]},
        schema_overrides={"low": _INSTANT, "high": _INSTANT},
    )
    joined = stamps.join(found, on="lost", how="left", maintain_order="left")
    mended = (pl.coalesce(EARLIEST, "low").alias(EARLIEST), pl.coalesce(LATEST, "high").alias(LATEST))
    return joined.with_columns(mended).drop("lost", "low", "high")


def _both_readings(local: datetime, zone: str) -> tuple[datetime, datetime]:
    placed = [local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in (0, 1)]
    return min(placed), max(placed)


def _blank_unread(stamps: pl.DataFrame) -> pl.DataFrame:
    """Take away readings that no calendar of ours holds: before year 1 or after 9999."""
    is_read = pl.col(EARLIEST).is_between(ALWAYS_FROM, ALWAYS_TO) & pl.col(LATEST).is_between(ALWAYS_FROM, ALWAYS_TO)
    return stamps.select(pl.when(is_read).then(pl.col(name)).alias(name) for name in (EARLIEST, LATEST, READING))
