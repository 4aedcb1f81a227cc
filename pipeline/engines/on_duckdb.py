"""The SQL on one machine: DuckDB in memory, spilling to a private folder, shut off from network and extensions.

This room knows DuckDB and nothing about customers. DuckDB's own error texts can hold values, so none of them leaves
this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import MemoryShortage, PublishingError, ScopeError
from pipeline.run_tables import without_pandas
from pipeline.slices import make, make_in_slices, one_thread

# The project's SQL is written once for every engine; these words of Spark's are spelled otherwise in DuckDB.
WORDS = (
    "create macro sha2(value, bits) as sha256(value)",
    "create macro xxhash64(value) as hash(value)",
    "create macro unix_micros(instant) as epoch_us(instant)",
    "create macro collect_set(value) as coalesce(list(distinct value) filter (where value is not null), [])",
    "create macro collect_list(value) as coalesce(list(value) filter (where value is not null), [])",
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

# What packs columns at little cost is left; the rest would save a third of the room and take a tenth longer.
PACKING = "set disabled_compression_methods = 'fsst,dict_fsst,zstd,alp,alprd,chimp,patas,roaring'"
UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

# What a database keeps while it is asked nothing.
AT_REST = "50MB"

# Beyond so many, looking a word up costs more than a number saves.
MOST_WORDS = 1000


class DuckDB:
    """One open DuckDB database; see `pipeline.engines.base.Engine` for what each method promises."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, memory: str | None = None) -> None:
        """`memory` is what the database may take if its tables lie in a file, None if they lie in memory."""
        self._connection = connection
        self._folder = folder
        self._memory = memory

    def load(self, name: str, path: Path) -> None:
        """Make a Parquet file, or files, readable as a view."""
        self._run(f"create or replace view {name} as from read_parquet('{_quoted(path)}')", name)

    def load_together(self, tables: Mapping[str, Path], vocabularies: Mapping[str, str]) -> None:
        """Make Parquet files readable as views; keep the columns in `vocabularies` as numbers wherever that pays."""
        names = {str(path): name for name, path in tables.items()}
        listed = ", ".join(f"'{_quoted(path)}'" for path in tables.values())
        asked = self.rows(f"select file_name, name from parquet_schema([{listed}])") if tables else []
        places: dict[str, list[tuple[str, str]]] = {}
        for file, column in asked:
            if column in vocabularies:
                places.setdefault(vocabularies[column], []).append((names[file], column))
        casts: dict[str, list[str]] = {}
        for vocabulary, columns in sorted(places.items()):
            if self._learn(vocabulary, [(tables[name], column) for name, column in columns]):
                for name, column in columns:
                    casts.setdefault(name, []).append(f"{column}::{vocabulary}_words as {column}")
        for name, path in tables.items():
            numbered = f" replace ({', '.join(casts[name])})" if name in casts else ""
            self._run(f"create view {name} as select *{numbered} from read_parquet('{_quoted(path)}')", name)

    def _learn(self, vocabulary: str, places: Sequence[tuple[Path, str]]) -> bool:
        """Make a type of the words that stand in these columns; False if there are none, or too many."""
        parts = (f"select {column} as word from read_parquet('{_quoted(path)}')" for path, column in places)
        words = f"select distinct word from ({' union all '.join(parts)}) as places where word is not null"
        self._run(f"create or replace temp table words as {words} limit {MOST_WORDS + 1}", vocabulary)
        ((count,),) = self.rows("select count(*) from words")
        if not 0 < count <= MOST_WORDS:
            return False
        self._run(f"create type {vocabulary}_words as enum (select word from words order by word)", vocabulary)
        return True

    def build(self, name: str, sql: str, vocabularies: Sequence[str] = ()) -> None:
        """Build a table inside the private database; keep the columns in `vocabularies`, of few words, as numbers."""
        whole = partial(self._run, f"create or replace table {name} as {sql}", name)
        alone = partial(one_thread, partial(self._fetch, name))
        make(name, whole, partial(self.build_in_slices, name, sql), MemoryShortage, alone)
        for column in vocabularies:
            words = f"select distinct {column} from {name} where {column} is not null order by {column}"
            self._run(f"create or replace type {name}_{column} as enum ({words})", name)
            self._run(f"alter table {name} alter {column} type {name}_{column}", name)

    def build_in_slices(self, name: str, sql: str, count: int) -> None:
        """Build a table of so many slices, one after the other.

        DuckDB spills neither texts nor lists of groups that are being made: memory has to hold those of all groups.
        """
        make_in_slices(partial(self._fetch, name), name, sql, count)

    def drop(self, names: Sequence[str]) -> None:
        """Forget tables and give their room back."""
        for name in names:
            self._run(f"drop table {name}", name)

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write one Parquet file with fixed options."""
        options = "format parquet, compression zstd, compression_level 1, row_group_size 122880"
        self._run(f"copy ({sql}) to '{_quoted(path)}' ({options})", path.name, parameters)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows at once."""
        return self._run(sql, "a table", parameters).fetchall()

    def _fetch(self, about: str, sql: str) -> list[tuple[Any, ...]]:
        return self._run(sql, about).fetchall()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Hold next to nothing of tables that lie in a file, from which they are read again afterwards."""
        if self._memory is None:
            yield
            return
        with suppress(duckdb.OutOfMemoryException):
            self._connection.execute(f"set memory_limit = '{AT_REST}'")
        try:
            yield
        finally:
            self._connection.execute(f"set memory_limit = '{self._memory}'")

    def _run(self, sql: str, about: str, parameters: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        try:
            with without_pandas():
                return self._connection.execute(sql, list(parameters))
        except duckdb.OutOfMemoryException:
            raise MemoryShortage(
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


@cache
def machine_memory() -> str:
    """Return how much memory one database would take here if it were not told: four fifths of the machine's."""
    with duckdb.connect() as connection:
        ((memory,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    return str(memory)


@contextmanager
def open_duckdb(
    folder: Path, threads: int | None = None, memory: str | None = None, expected_bytes: int = 0
) -> Iterator[DuckDB]:
    """Open a private database that writes into `folder`, which must exist, and nowhere else.

    `memory` is DuckDB's spelling of a size, such as '4GB'; `threads` the number of threads. Neither changes any row.
    Tables lie in memory; if more is expected than that holds, in a file, packed, from which they are read as needed: as
    they lie in memory they take four times as much, and are written out and read in again as a whole.
    """
    config: dict[str, Any] = {"temp_directory": str(folder / "spill")}
    config |= {"threads": threads} if threads else {}
    config |= {"memory_limit": memory} if memory else {}
    with duckdb.connect(config=config) as connection:
        ((limit,),) = connection.execute("select current_setting('memory_limit')").fetchall()
        is_in_file = expected_bytes > _bytes(limit)
        if is_in_file:
            file = folder / "tables.duckdb"
            # Nobody will want it back after an end before its time. Without a log, room given back is free at once.
            connection.execute(f"attach '{_quoted(file)}' as tables (recovery_mode 'no_wal_writes')")
            file.chmod(0o600)
            connection.execute("use tables")
            connection.execute(PACKING)
        for statement in (*SETTINGS, *WORDS):
            connection.execute(statement)
        yield DuckDB(connection, folder, (memory or limit) if is_in_file else None)


def _bytes(size: str) -> float:
    number, unit = size.split()
    return float(number) * UNITS[unit]
