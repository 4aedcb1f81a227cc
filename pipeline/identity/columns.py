"""Columns of numbers of a table that was handed over, read so that only what is kept of them is held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from pipeline.identity.graph import LongNumbers, Numbers

# Rows that are read at once.
PIECE = 1 << 23


def read_ordered(path: Path, name: str) -> LongNumbers:
    """Read the column in whose order a table was handed over; raises ValueError where it is not."""
    numbers = pl.read_parquet(path, columns=[name])[name].cast(pl.Int64)
    if not numbers.is_sorted():
        raise ValueError(f"{path.stem} does not come in the order of {name}")
    return numbers.to_numpy()


def read_places(path: Path, name: str, among: LongNumbers) -> Numbers:
    """Read a column of numbers that stand `among` others in order as their places there.

    Raises ValueError where one does not: it would be taken for its neighbour.
    """
    column = pl.scan_parquet(path).select(pl.col(name).cast(pl.Int64))
    places = np.empty(column.select(pl.len()).collect().item(), dtype=np.int32)
    for start in range(0, len(places), PIECE):
        piece = column.slice(start, PIECE).collect().to_series().to_numpy()
        found = find_places(among, piece)
        if not len(among) or not np.array_equal(among.take(found, mode="clip"), piece):
            raise ValueError(f"{path.stem} holds a {name} that stands nowhere else")
        places[start : start + len(piece)] = found
    return places


def find_places(among: LongNumbers, numbers: LongNumbers) -> Numbers:
    """Return where numbers stand `among` others in order."""
    # asked in order, because a search that jumps about in a long list waits for memory
    order = np.argsort(numbers)
    places = np.empty(len(numbers), dtype=np.int32)
    places[order] = np.searchsorted(among, numbers[order])
    return places
