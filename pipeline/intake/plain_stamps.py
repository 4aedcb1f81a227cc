"""Stamps in the plain ISO form → instants, from the digits where they stand, all stamps of one length at once.

Taking a stamp apart by a pattern costs ten times as much. This room reads `2026-03-01T04:05:06`, with or without three
or six digits after it, with or without a final Z, and nothing else: what is not so is left to the full reading, which
would say the same of what is.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_LOCAL_LENGTHS = (19, 23, 26)
_SECONDS = 19
_DAY_MICROSECONDS = 86_400_000_000
_SIGNS = {4: "-", 7: "-", 13: ":", 16: ":"}

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]


def read_plain(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Read stamps into local instants, and into offsets from UTC in seconds: 0 after a Z, else null.

    Both are null for every stamp that is not plain, or no instant.
    """
    length = texts.str.len_bytes()
    micros = np.zeros(len(texts), np.int64)
    is_read, has_zone = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    for size in length.unique().drop_nulls().to_list():
        is_zoned = size - 1 in _LOCAL_LENGTHS
        if not is_zoned and size not in _LOCAL_LENGTHS:
            continue
        rows = (length == size).fill_null(False).to_numpy()
        found, is_stamp = _read(_columns(texts.filter(pl.Series(rows)), size), size - is_zoned)
        micros[rows], is_read[rows], has_zone[rows] = found, is_stamp, is_stamp & is_zoned
    frame = pl.DataFrame({"micros": micros, "is_read": is_read, "has_zone": has_zone})
    read = frame.select(
        local=pl.when("is_read").then(pl.col("micros").cast(pl.Datetime("us"))),
        offset=pl.when("has_zone").then(pl.lit(0, pl.Int64)),
    )
    return read["local"], read["offset"]


def _columns(texts: pl.Series, size: int) -> Bytes:
    """Lay texts of one length, in bytes, side by side: one row for each place."""
    joined = texts.str.join("")[0].encode()
    return np.ascontiguousarray(np.frombuffer(joined, np.uint8).reshape(-1, size).T)


def _read(columns: Bytes, local_size: int) -> tuple[Numbers, NDArray[np.bool_]]:
    """Read microseconds since 1970, and whether they are an instant written plainly."""
    is_plain = (columns[10] == ord("T")) | (columns[10] == ord(" "))
    for place, sign in _SIGNS.items():
        is_plain &= columns[place] == ord(sign)
    if local_size > _SECONDS:
        is_plain &= columns[_SECONDS] == ord(".")
    if len(columns) > local_size:
        is_plain &= columns[local_size] == ord("Z")
    digits = columns - np.uint8(ord("0"))
    for place in range(local_size):
        if place not in _SIGNS and place not in (10, _SECONDS):
            is_plain &= digits[place] <= 9
    year, month, day = _number(digits[0:4]), _number(digits[5:7]), _number(digits[8:10])
    hour, minute, second = _number(digits[11:13]), _number(digits[14:16]), _number(digits[17:19])
    is_plain &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    # what is no date is read as any, and taken away
    months = np.where(is_plain, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(is_plain, day - 1, 0)
    is_plain &= days.astype("datetime64[M]") == months
    fraction = _number(digits[_SECONDS + 1 : local_size])
    fraction = fraction * 10 ** (6 - max(local_size - _SECONDS - 1, 0))
    seconds = (hour * 60 + minute) * 60 + second
    micros = days.astype(np.int64) * _DAY_MICROSECONDS + seconds * 1_000_000 + fraction
    return np.where(is_plain, micros, 0), is_plain


def _number(digits: Bytes) -> Numbers:
    value = np.zeros(digits.shape[1], np.int64)
    for digit in digits:
        value = value * 10 + digit
    return value
