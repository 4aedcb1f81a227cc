"""What an expectation needs to know of a table, counted by DuckDB: a private database over the Parquet files to check.

This room knows the names of Great Expectations' metrics and imports nothing of it. Each question is asked once, and
answered with a number or with names of columns, never with a value.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from glob import escape, glob
from pathlib import Path
from typing import Any

import duckdb

from pipeline.checks.keys import PAIR, considered, failing, failing_count_sql, maybe_repeated_sqls, missing
from pipeline.checks.looks import looks_of
from pipeline.checks.suites import Expectation
from pipeline.errors import GateError
from pipeline.slices import make, make_in_slices, one_thread

# Every query on a view opens its file anew, which takes longer than to read a small one.
SMALL_BYTES = 1 << 20
# For so few bytes a second thread costs more than it brings.
FEW_BYTES = 1 << 22
WORDS = re.compile(r"[a-z_]+")
EVERY_ROW = "true"
ROWS = "table.row_count"
MISSING = "column_values.nonnull.unexpected_count"
# What Great Expectations will ask of single rows, by kind; what it asks beside this is counted when it asks.
METRICS = {
    "expect_column_values_to_not_be_null": (ROWS, MISSING),
    "expect_column_values_to_be_in_set": (ROWS, MISSING, "column_values.in_set.unexpected_count"),
    "expect_column_values_to_be_unique": (ROWS, MISSING),
    "expect_compound_columns_to_be_unique": (ROWS, "compound_columns.unique.filtered_row_count"),
    PAIR: (ROWS, "pair.filtered_row_count", "pair.unexpected_count"),
}


class Counter:
    """One private database with the tables to check; those beside them, and looks, come when first read."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        looks: Mapping[str, str] | None = None,
        beside: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._connection = connection
        self._looks = looks or {}
        self._beside = dict(beside or {})
        self._built: dict[str, bool] = {}
        self._counted: dict[tuple[str, str], int] = {}

    def count_together(self, expectations: Iterable[Expectation]) -> None:
        """Count in one reading of a table what expectations ask of single rows; what cannot be is left for later."""
        asked = dict.fromkeys(pair for expectation in expectations for pair in _conditions(expectation))
        for table in dict.fromkeys(table for table, _ in asked):
            conditions = [condition for named, condition in asked if named == table]
            filters = ", ".join(f"count(*) filter (where {condition})" for condition in conditions)
            with suppress(duckdb.Error):
                counts = self._rows(f'select {filters} from "{table}"')[0]  # noqa: S608
                self._counted.update(zip(((table, condition) for condition in conditions), counts, strict=True))

    def metric(self, expectation: Expectation, name: str) -> Any:
        """Return the metric of that name.

        Raises GateError if memory does not suffice, duckdb.Error if the table cannot tell, KeyError if nobody here can.
        """
        if name == "table.columns":
            return [row[0] for row in self._rows(f'describe "{expectation.table}"')]
        condition = _condition(expectation, name)
        with refuse_shortage(expectation.table):
            if condition is not None:
                return self._count(expectation.table, condition)
            if any(not self._rows(sql)[0][0] for sql in maybe_repeated_sqls(expectation)):
                return 0
            return self._rows(failing_count_sql(expectation))[0][0]

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

    def _count(self, table: str, condition: str) -> int:
        if (table, condition) not in self._counted:
            counted = self._rows(f'select count(*) from "{table}" where {condition}')[0][0]  # noqa: S608
            self._counted[table, condition] = counted
        return self._counted[table, condition]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        for name in looks_of(sql, self._looks):
            self._build(name)
        self._open_beside(sql)
        try:
            return self._fetch(sql)
        except duckdb.OutOfMemoryException:
            with self._alone():
                return self._fetch(sql)

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _alone(self) -> AbstractContextManager[None]:
        """Let one thread work: each has buffers of its own."""
        return one_thread(self._fetch)

    def _build(self, look: str) -> None:
        if look not in self._built:
            self._built[look] = False
            self._open_beside(self._looks[look])
            whole = partial(self._connection.execute, f"create temp table {look} as {self._looks[look]}")
            make(look, whole, partial(self._build_in_slices, look), duckdb.OutOfMemoryException, self._alone)
            self._built[look] = True
        if not self._built[look]:
            raise duckdb.InvalidInputException(f"{look} cannot be built")

    def _build_in_slices(self, look: str, count: int) -> None:
        make_in_slices(self._fetch, look, self._looks[look], count, "temp table")

    def _open_beside(self, sql: str) -> None:
        for name in self._beside.keys() & set(WORDS.findall(sql)):
            _open(self._connection, name, self._beside.pop(name))


def _conditions(expectation: Expectation) -> Iterator[tuple[str, str]]:
    """Yield what is counted of single rows for an expectation, as table and condition."""
    if expectation.type not in METRICS:
        return
    for name in METRICS[expectation.type]:
        condition = _condition(expectation, name)
        if condition is not None:
            yield expectation.table, condition


def _condition(expectation: Expectation, metric: str) -> str | None:
    """Return the condition of the rows that a metric counts; None if they cannot be told one by one."""
    if metric == "table.row_count":
        return EVERY_ROW
    if metric == MISSING:
        return missing(expectation)
    if metric.endswith(".filtered_row_count"):
        return considered(expectation)
    if metric.endswith((".unexpected_count", ".row_count")):
        return failing(expectation)
    raise KeyError(metric)


@contextmanager
def open_counter(
    tables: Mapping[str, str],
    beside: Mapping[str, str],
    looks: Mapping[str, str],
    scratch: Path | None,
    threads: int | None,
    memory: str | None,
) -> Iterator[Counter]:
    """Open a private database with the tables that spills to a private folder under `scratch`; close it at the end.

    Tables `beside` them are opened when a query or one of the `looks` first names them.
    Raises GateError if a table's path matches no readable Parquet file.
    """
    files = {name: _files(path) for name, path in tables.items()}
    others = {name: _files(path) for name, path in beside.items() if name not in tables}
    with (
        tempfile.TemporaryDirectory(prefix=".scope-checks-", dir=scratch) as spill,
        duckdb.connect(config={"temp_directory": spill}) as connection,
    ):
        for statement in _settings(threads, memory):
            connection.execute(statement)
        if sum(_size(listed) for listed in (*files.values(), *others.values())) <= FEW_BYTES:
            connection.execute("set threads = 1")
        for name, listed in files.items():
            _open(connection, name, listed)
        yield Counter(connection, looks, others)


def _settings(threads: int | None, memory: str | None) -> Iterator[str]:
    yield "set enable_progress_bar = false"
    yield "set TimeZone = 'UTC'"
    yield "set autoinstall_known_extensions = false"
    yield "set autoload_known_extensions = false"
    if threads:
        yield f"set threads = {int(threads)}"
    if memory:
        yield f"set memory_limit = {_literal(memory)}"


def _files(path: str) -> Sequence[str]:
    return [path] if Path(path).is_file() else sorted(glob(path))


def _size(files: Sequence[str]) -> int:
    return sum(Path(file).stat().st_size for file in files)


def _open(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[str]) -> None:
    listed = ", ".join(_literal(escape(file)) for file in files)
    try:
        if not files:
            raise FileNotFoundError(name)
        kind = "table" if _size(files) <= SMALL_BYTES else "view"
        with refuse_shortage(name):
            connection.execute(f'create {kind} "{name}" as select * from read_parquet([{listed}])')  # noqa: S608
    except (duckdb.Error, OSError):
        raise GateError(
            f"the table {name} cannot be read as Parquet",
            where=files[0] if files else name,
            remedy="run again; if it fails again, this is a fault of the tool",
        ) from None


@contextmanager
def refuse_shortage(table: str) -> Iterator[None]:
    """Say that memory is short where it is: a table that nobody could look at is no table with faults."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise GateError(
            f"not enough memory to check the table {table}", remedy="raise limits.memory or lower limits.threads"
        ) from None


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
