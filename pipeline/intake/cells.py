"""The cells that statements compare, as the export writes them: one private Parquet file for each dataset.

Unlike landed values they are not folded, and nulls stay apart from empty texts. This room must not know what compares
them.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

from pipeline.config import Dataset
from pipeline.intake.files import InputFile, format_of
from pipeline.intake.rows import cell
from pipeline.intake.tables import TEXT_IN_MEMORY, as_arrow, open_writer


class CellFile:
    """A writer of one dataset's cells in some columns; use as a context."""

    def __init__(self, folder: Path, name: str, dataset: Dataset, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self._dataset = dataset
        self._path = folder / f"{name}.parquet"
        self._is_text = False
        named = [("record_number", pa.int64()), ("valid_from", pa.timestamp("us")), ("valid_to", pa.timestamp("us"))]
        self._schema = pa.schema([*named, *((f"c{place}", TEXT_IN_MEMORY) for place in range(len(columns)))])

    def __enter__(self) -> Self:
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.touch(mode=0o600)
        self._writer = open_writer(self._path, self._schema)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        said = {
            "columns": list(self.columns),
            "types": {column: kind for column, kind in self._dataset.types.items() if column in self.columns},
            # CSV cannot tell null from an empty text; JSON and Parquet can
            "blank": self._dataset.empty_cells or (None if self._is_text else "text"),
        }
        self._writer.add_key_value_metadata({"cells": json.dumps(said)})
        self._writer.close()

    def write(self, records: pl.DataFrame, file: InputFile) -> None:
        """Append the cells of some records of a file."""
        self._is_text = self._is_text or format_of(file, self._dataset.format, "") == "csv"
        if not records.height:
            return
        cells = [cell(column).alias(f"c{place}") for place, column in enumerate(self.columns)]
        frame = records.select("record_number", "valid_from", "valid_to", *cells)
        self._writer.write_table(as_arrow(frame, self._schema))
