"""Stamps in any layout that a log's format string can ask for → ISO 8601, each distinct stamp once.

This room knows calendars' layouts; it must not know zones: a stamp without an offset stays without one and is read in
the log's own zone later.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

CLF = "%d/%b/%Y:%H:%M:%S %z"
UNIX = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
_NUMBER = r"^([0-9]{1,19}(?:\.[0-9]+)?)"
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Clock:
    """Which fields hold a log's stamp, and the layout of each (strftime, or unix, unix_ms, unix_us)."""

    fields: tuple[str, ...]
    layouts: tuple[str, ...]

    def texts(self) -> pl.Expr:
        """Put the parts of a stamp together; null if any is missing."""
        return pl.concat_str([pl.col(name) for name in self.fields], separator=_SEPARATOR)

    @property
    def layout(self) -> str:
        """Give the layout of what `texts` puts together."""
        return _SEPARATOR.join(self.layouts)


def to_iso(texts: pl.Series, layout: str) -> pl.Series:
    """Write stamps as ISO 8601, in UTC where they say their offset; null where they cannot be read."""
    distinct = texts.unique().drop_nulls()
    read = _read(distinct, layout)
    shown = read.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if _zone_of(read) else ""))
    known = pl.DataFrame({"stamp": distinct, "iso": shown})
    return texts.alias("stamp").to_frame().join(known, on="stamp", how="left", maintain_order="left")["iso"]


def start_of(ends: pl.Series, seconds: pl.Series) -> pl.Series:
    """Take durations off stamps that `to_iso` wrote; a duration that is none counts as nothing."""
    has_zone = bool(ends.str.ends_with("Z").any())
    length = seconds.cast(pl.Float64, strict=False).fill_nan(0.0).fill_null(0.0).clip(0, 1e9) * 1_000_000
    read = ends.str.strip_suffix("Z").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", strict=False)
    moved = read - length.cast(pl.Int64).cast(pl.Duration("us"))
    return moved.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f" + ("Z" if has_zone else ""))


def _read(texts: pl.Series, layout: str) -> pl.Series:
    if layout in UNIX:
        number = texts.str.extract(_NUMBER).cast(pl.Decimal(28, 6), strict=False) * UNIX[layout]
        sane = number.is_between(0, 253_402_214_400_000_000).fill_null(False)
        micros = number.cast(pl.Int64, strict=False).zip_with(sane, pl.Series([None], dtype=pl.Int64))
        return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    try:
        return texts.str.to_datetime(layout, time_unit="us", strict=False)
    except pl.exceptions.PolarsError:
        return pl.Series([None] * len(texts), dtype=pl.Datetime("us"))


def _zone_of(read: pl.Series) -> str | None:
    zone: str | None = getattr(read.dtype, "time_zone", None)
    return zone
