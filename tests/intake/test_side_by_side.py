"""What goes on side by side loses nothing: neither a frame that waits for the disk, nor a row or an error read ahead."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError, PublishingError
from pipeline.intake.ahead import ahead
from pipeline.intake.tables import MOST_WAITING, Tables

COUNT = 3 * MOST_WAITING


class FullDisk:
    """A writer whose disk takes no more."""

    def write_table(self, _table: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        """Nothing is left to write."""


def test_every_frame_is_written_in_its_turn(tmp_path: Path) -> None:
    with Tables(tmp_path) as tables:
        for number in range(COUNT):
            tables.write_rows("landed_notes", [("kind", "source", number)])
    assert pq.read_table(tmp_path / "landed_notes.parquet")["count"].to_pylist() == list(range(COUNT))


def test_a_frame_that_the_disk_refused_is_told_though_nothing_comes_after_it(tmp_path: Path) -> None:
    tables = Tables(tmp_path).__enter__()
    tables._writers["landed_notes"] = FullDisk()  # type: ignore[assignment]
    tables.write_rows("landed_notes", [("kind", "source", 1)])
    with pytest.raises(PublishingError, match="cannot be written"):
        tables.__exit__(None, None, None)


def test_a_frame_without_a_column_of_its_table_is_no_silence(tmp_path: Path) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError), Tables(tmp_path) as tables:
        tables.write("landed_notes", pl.DataFrame({"kind": ["a"]}))


def test_what_is_read_ahead_comes_in_order_and_an_error_after_what_was_read_before_it() -> None:
    def read() -> Iterator[int]:
        yield from range(3)
        raise InputError("is torn", where="log.csv", remedy="copy it again")

    items = ahead(read())
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(InputError, match="is torn"):
        next(items)
    assert list(ahead(iter([]))) == []
