"""Columns of numbers are read a piece at a time, and only in the order that was promised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.identity import columns
from pipeline.identity.columns import read_ordered, read_places


@pytest.mark.parametrize("piece", [1, 3, 7, 8, 100])
def test_places_are_those_of_all_pieces(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "PIECE", piece)
    among = np.array([-5, 0, 2**40, 2**41])
    wanted = [2**41, 0, 0, -5, 2**40, 2**41, -5]
    pl.DataFrame({"number": wanted}).write_parquet(tmp_path / "held.parquet")
    assert among[read_places(tmp_path / "held.parquet", "number", among)].tolist() == wanted


def test_none_are_none(tmp_path: Path) -> None:
    pl.DataFrame(schema={"number": pl.Int64}).write_parquet(tmp_path / "held.parquet")
    assert read_ordered(tmp_path / "held.parquet", "number").tolist() == []
    assert read_places(tmp_path / "held.parquet", "number", np.array([1])).tolist() == []


@pytest.mark.parametrize("among", [[], [1, 2], [2, 3], [1, 3]])
def test_a_number_that_nobody_has_is_not_taken_for_its_neighbour(among: list[int], tmp_path: Path) -> None:
    """Somebody else would be tied instead."""
    pl.DataFrame({"subject_number": [1, 2, 3]}).write_parquet(tmp_path / "held.parquet")
    with pytest.raises(ValueError, match="held holds a subject_number that stands nowhere else"):
        read_places(tmp_path / "held.parquet", "subject_number", np.array(among, dtype=np.int64))


def test_a_table_that_does_not_come_in_its_order_is_refused(tmp_path: Path) -> None:
    """Links out of their order would tie nobody, and silently."""
    pl.DataFrame({"link_number": [1, 2, 1]}).write_parquet(tmp_path / "held.parquet")
    with pytest.raises(ValueError, match="held does not come in the order of link_number"):
        read_ordered(tmp_path / "held.parquet", "link_number")
