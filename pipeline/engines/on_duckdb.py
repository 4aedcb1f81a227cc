"""The SQL on one machine: DuckDB in memory, spilling to a private folder, shut off from network and extensions.

This room knows DuckDB and nothing about customers. DuckDB's own error texts can hold values, so none of them leaves
this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import InputError, PublishingError, ScopeError
from pipeline.run_tables import without_pandas

# The project's SQL is written once for every engine; these words of Spark's are spelled otherwise in DuckDB.
WORDS = (
    "create macro sha2(value, bits) as sha256(value)",
    "create macro unix_micros(instant) as epoch_us(instant)",
    "create macro collect_set(value) as coalesce(list_sort(list(distinct value) filter (where value is not null)), [])",
)

SETTINGS = (
    "set preserve_insertion_order = false",
    "set enable_progress_bar = false",
    "set TimeZone = 'UTC'",
    "set default_null_order = 'nulls_last'",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    # In DuckDB 1.5.6 it ends some joins of grouped tables with an internal error ("Failed to bind column reference").
    "set disabled_optimizers = 'compressed_materialization'",
)


class DuckDB:
    """One open DuckDB database; see `pipeline.engines.base.Engine` for what each method promises."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def load(self, name: str, path: Path) -> None:
        """Make a Parquet file readable as a view."""
        self._run(f"create view {name} as from read_parquet('{_quoted(path)}')", name)

    def build(self, name: str, sql: str) -> None:
        """Build a table inside the private database."""
        self._run(f"create or replace table {name} as {sql}", name)

    def drop(self, name: str) -> None:
        """Forget a table and give its memory back."""
        self._run(f"drop table {name}", name)

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write one Parquet file with fixed options."""
        options = "format parquet, compression zstd, row_group_size 122880"
        self._run(f"copy ({sql}) to '{_quoted(path)}' ({options})", path.name, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows at once."""
        return self._run(sql, "a table", parameters).fetchall()

    def _run(self, sql: str, about: str, parameters: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        try:
            with without_pandas():
                return self._connection.execute(sql, list(parameters))
        except duckdb.OutOfMemoryException:
            raise InputError(
                f"not enough memory to build {about}", remedy="raise limits.memory or lower limits.threads"
            ) from None
        except duckdb.IOException:
            raise PublishingError(
                f"could not read or write the working files of {about}",
                where=str(self._folder),
                remedy="check free disk space and permissions there, then run again",
            ) from None
        except duckdb.Error as error:
            # The text of a DuckDB error can quote a cell, its class name cannot.
            raise ScopeError(
                f"the SQL of {about} failed ({type(error).__name__})",
                remedy="this is a fault of the tool: rerun with SCOPE_DEBUG=1 and report it",
            ) from error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@contextmanager
def open_duckdb(folder: Path, threads: int | None = None, memory: str | None = None) -> Iterator[DuckDB]:
    """Open a private database that spills into `folder`, which must exist, and nowhere else.

    `memory` is DuckDB's spelling of a size, such as '4GB'; `threads` the number of threads. Neither changes any row.
    """
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as connection:
        for statement in (*SETTINGS, *WORDS):
            connection.execute(statement)
        if threads:
            connection.execute(f"set threads = {int(threads)}")
        if memory:
            connection.execute("set memory_limit = ?", [memory])
        yield DuckDB(connection, folder)
