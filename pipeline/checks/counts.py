"""What an expectation needs to know of a table, counted by DuckDB: a private database over the Parquet files to check.

This room knows the names of Great Expectations' metrics and imports nothing of it. Each question is asked once, and
answered with a number or with names of columns, never with a value.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import escape, glob
from pathlib import Path
from typing import Any

import duckdb

from pipeline.checks.keys import considered_sql, failing_count_sql, missing_sql
from pipeline.checks.suites import Expectation
from pipeline.errors import GateError

# Every query on a view opens its file anew, which takes longer than to read a small one.
SMALL_BYTES = 1 << 20
# For so few bytes a second thread costs more than it brings.
FEW_BYTES = 1 << 22
MISSING = "column_values.nonnull.unexpected_count"


class Counter:
    """One private database with the tables to check."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def metric(self, expectation: Expectation, name: str) -> Any:
        """Return the metric of that name; raises duckdb.Error if the table cannot tell, KeyError if nobody here can."""
        if name == "table.columns":
            return [row[0] for row in self._rows(f'describe "{expectation.table}"')]
        return self._rows(_count_sql(expectation, name))[0][0]

    def save(self, sql: str, path: Path) -> int:
        """Write the rows of `sql` to a Parquet file that only its owner can read, and return how many there are.

        A select that the table's shape makes impossible (a column is missing) writes nothing and returns 0.
        """
        try:
            self._rows(f"copy ({sql}) to {_literal(str(path))} (format parquet, compression zstd)")
            path.chmod(0o600)
            return int(self._rows(f"select count(*) from read_parquet({_literal(escape(str(path)))})")[0][0])  # noqa: S608
        except (duckdb.IOException, duckdb.OutOfMemoryException):
            raise GateError(
                "the keys of failing rows cannot be written",
                where=str(path),
                remedy="free disk space and memory or correct the folder's permissions, then run again",
            ) from None
        except duckdb.Error:
            return 0

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()


def _count_sql(expectation: Expectation, metric: str) -> str:
    if metric == "table.row_count":
        return f'select count(*) from "{expectation.table}"'  # noqa: S608
    if metric == MISSING and expectation.type != "expect_column_values_to_not_be_null":
        return missing_sql(expectation)
    if metric.endswith(".filtered_row_count"):
        return considered_sql(expectation)
    if metric.endswith((".unexpected_count", ".row_count")):
        return failing_count_sql(expectation)
    raise KeyError(metric)


@contextmanager
def open_counter(
    tables: Mapping[str, str], scratch: Path | None, threads: int | None, memory: str | None
) -> Iterator[Counter]:
    """Open a private database with the tables that spills to a private folder under `scratch`; close it at the end.

    Raises GateError if a table's path matches no readable Parquet file.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".scope-checks-", dir=scratch) as spill,
        duckdb.connect(config={"temp_directory": spill}) as connection,
    ):
        for statement in _settings(threads, memory):
            connection.execute(statement)
        total = sum([_open(connection, name, path) for name, path in tables.items()])
        if total <= FEW_BYTES:
            connection.execute("set threads = 1")
        yield Counter(connection)


def _settings(threads: int | None, memory: str | None) -> Iterator[str]:
    yield "set enable_progress_bar = false"
    yield "set TimeZone = 'UTC'"
    yield "set autoinstall_known_extensions = false"
    yield "set autoload_known_extensions = false"
    if threads:
        yield f"set threads = {int(threads)}"
    if memory:
        yield f"set memory_limit = {_literal(memory)}"


def _open(connection: duckdb.DuckDBPyConnection, name: str, path: str) -> int:
    """Make one table readable and return how many bytes it has on disk."""
    files = [path] if Path(path).is_file() else sorted(glob(path))
    listed = ", ".join(_literal(escape(file)) for file in files)
    try:
        if not files:
            raise FileNotFoundError(path)
        size = sum(Path(file).stat().st_size for file in files)
        kind = "table" if size <= SMALL_BYTES else "view"
        connection.execute(f'create {kind} "{name}" as select * from read_parquet([{listed}])')  # noqa: S608
    except (duckdb.Error, OSError):
        raise GateError(
            f"the table {name} cannot be read as Parquet",
            where=path,
            remedy="run again; if it fails again, this is a fault of the tool",
        ) from None
    return size


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
