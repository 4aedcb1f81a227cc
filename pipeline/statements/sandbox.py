"""A locked database in memory that holds records' cells: no files, network or extensions, bounded in memory and time.

It is filled, then locked, and only then given SQL that a statement had a part in. This room knows DuckDB and no plan.
DuckDB's error texts can hold values, so none of them leaves this room.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.errors import InputError, ScopeError
from pipeline.run_tables import without_pandas
from pipeline.statements.compile import Cells
from pipeline.statements.facts import STAMP, TRUE_WORDS, facts_of, facts_sql, number_sql

CELLS = b"cells"
# No statement runs longer, whatever it says; what then remains is its fallback.
MOST_SECONDS = 120.0
_SETTINGS = (
    "set enable_progress_bar = false",
    "set preserve_insertion_order = false",
    "set TimeZone = 'UTC'",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    # It ends some joins of grouped tables with an internal error, as in the engine room.
    "set disabled_optimizers = 'compressed_materialization'",
)
# What so few cells do not pass, all of them do not; only the rest is asked of all.
_FEW = 2_000
_LOCK = ("set enable_external_access = false", "set lock_configuration = true")
_MARK = re.compile(r"\$(v\d+|at|now)\b")


class TooCostlyError(Exception):
    """A query took more time or memory than it may, or is of a kind that the database cannot work out."""


class Sandbox:
    """The locked database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, cells: dict[str, Cells]) -> None:
        self._connection = connection
        self.cells = cells

    def run(self, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run one of our queries with the values its marks stand for; raises TooCostlyError past the bounds."""
        used = {name: values[name] for name in dict.fromkeys(_MARK.findall(sql))}
        timer = Timer(MOST_SECONDS, self._connection.interrupt)
        timer.start()
        try:
            with without_pandas():
                return self._connection.execute(sql, used).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException, duckdb.NotImplementedException):
            raise TooCostlyError from None
        except duckdb.Error as error:
            what = f"the replay of a statement failed ({type(error).__name__})"
            remedy = "this is a fault of the tool: rerun with SCOPE_DEBUG=1 and report it"
            raise ScopeError(what, remedy=remedy) from error
        finally:
            timer.cancel()

    def fill(self, name: str, kinds: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Make a table of a few columns of our own."""
        self._connection.execute(f"create or replace table {name} ({kinds})")
        if rows:
            table = duckdb_rows(rows, kinds)
            self._connection.register("given", table)
            self._connection.execute(f"insert into {name} from given")
            self._connection.unregister("given")

    def save(self, sql: str, path: Path) -> None:
        """Write the rows of one ordered select to a Parquet file readable by its owner alone."""
        path.touch(mode=0o600)
        reader = self._connection.execute(sql).to_arrow_reader(100_000)
        with pq.ParquetWriter(str(path), reader.schema, compression="zstd", compression_level=1) as writer:
            for batch in reader:
                writer.write_batch(batch)


def duckdb_rows(rows: Sequence[tuple[Any, ...]], kinds: str) -> Any:
    """Bring tuples into an Arrow table whose columns are named as `kinds` names them."""
    import pyarrow as pa

    types = {"bigint": pa.int64(), "timestamp": pa.timestamp("us"), "varchar": pa.string(), "boolean": pa.bool_()}
    named = [part.split() for part in kinds.split(", ")]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, types[kind]) for column, (_, kind) in zip(columns, named, strict=True)]
    return pa.Table.from_arrays(arrays, names=[name for name, _ in named])


@contextmanager
def open_sandbox(
    files: Mapping[str, Path], scratch: Path, threads: int | None, memory: str | None
) -> Iterator[Sandbox]:
    """Load the cells of each dataset, then shut everything off. `files` are dataset → the Parquet file of its cells."""
    config: dict[str, Any] = {"temp_directory": str(scratch / "replay-spill")}
    config |= {"threads": threads} if threads else {}
    config |= {"memory_limit": memory} if memory else {}
    with duckdb.connect(config=config) as connection:
        for setting in _SETTINGS:
            connection.execute(setting)
        try:
            cells = {
                dataset: _load(connection, f"d{place}", path)
                for place, (dataset, path) in enumerate(sorted(files.items()))
            }
        except duckdb.OutOfMemoryException:
            raise InputError(
                "not enough memory to replay statements", remedy="raise limits.memory or lower limits.threads"
            ) from None
        for setting in _LOCK:
            connection.execute(setting)
        yield Sandbox(connection, cells)


def _load(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> Cells:
    """Bring one dataset's cells into a table, with a typed column for every type a column may have had."""
    said = json.loads((pq.read_metadata(str(path)).metadata or {})[CELLS])
    names, types, blank = said["columns"], said["types"], said["blank"]
    source = "read_parquet('" + str(path).replace("'", "''") + "')"
    width, few = 11, f"(select * from {source} limit {_FEW})"
    first = _ask(connection, few, [facts_sql(f"c{place}") for place in range(len(names))])
    passed = [tuple(first[1 + place * width : 1 + (place + 1) * width]) for place in range(len(names))]
    row = _ask(connection, source, [facts_sql(f"c{place}", passed[place]) for place in range(len(names))])
    facts = {
        name: facts_of(row[1 + place * width : 1 + (place + 1) * width], types.get(name), blank)
        for place, name in enumerate(names)
    }
    typed = []
    for place, name in enumerate(names):
        column, kinds = f"c{place}", facts[name].types
        typed.append(column)
        typed += [f"{number_sql(column, facts[name].is_canonical)} as n{place}"] if "number" in kinds else []
        typed += [f"try_cast(nullif({column}, '') as {STAMP}) as s{place}"] if "instant" in kinds else []
        if "boolean" in kinds:
            typed.append(f"case when {column} <> '' then lower({column}) in {TRUE_WORDS} end as b{place}")
    columns = ", ".join(["record_number as rn", "valid_from as vf", "valid_to as vt", *typed])
    connection.execute(f"create table {table} as select {columns} from {source}")
    return Cells(table, {name: place for place, name in enumerate(names)}, facts, int(row[0]))


def _ask(connection: duckdb.DuckDBPyConnection, source: str, parts: list[str]) -> tuple[Any, ...]:
    return connection.execute(f"select {', '.join(['count(*)', *parts])} from {source}").fetchone() or ()
