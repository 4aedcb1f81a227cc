"""A finished run's tables in a database that can read nothing else: in memory, no network, no extensions, no writing.

This room knows the database and the run's files, and must not know what any table means. The database's own texts can
quote a cell, so none of them leaves this room.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.run_folder import list_tables, refuse_torn

if TYPE_CHECKING:
    import duckdb

PRIVATE_TABLE = "contacts"
LOCKS = (
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
    "set temp_directory = ''",
    "set TimeZone = 'UTC'",
    "set enable_progress_bar = false",
)


class RunTables:
    """The tables of one or more runs, to be asked with SQL of our own."""

    def __init__(self, database: duckdb.DuckDBPyConnection, where: str) -> None:
        self._database = database
        self._where = where

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return all rows of a select as dicts; raises InputError if the run's files do not hold what is asked."""
        import duckdb

        try:
            with without_pandas():
                asked = self._database.execute(sql, list(parameters))
            names = [column[0] for column in asked.description]
            return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
        except duckdb.Error as error:
            raise unreadable(error, self._where) from None

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Return the one cell of a select."""
        return next(iter(self.rows(sql, parameters)[0].values()))


def unreadable(error: Exception, where: str) -> InputError:
    """Return the refusal of a run whose files do not hold what is asked; the error's own text can quote a cell."""
    return InputError(
        f"a table cannot be read ({type(error).__name__})",
        where=where,
        remedy="scope verify says whether it is as it was sealed; an older version's run must be made again",
    )


@contextmanager
def without_pandas() -> Iterator[None]:
    """Keep DuckDB from importing pandas, half a second, to see whether a statement's parameter is one of its values."""
    is_kept_out = "pandas" not in sys.modules
    if is_kept_out:
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_kept_out:
            del sys.modules["pandas"]


def open_database(tables: Mapping[str, Sequence[Path]]) -> duckdb.DuckDBPyConnection:
    """Return a locked database in which each table is a view on its files."""
    import duckdb

    database = duckdb.connect(":memory:")
    for lock in LOCKS:
        database.execute(lock)
    for name, paths in tables.items():
        database.read_parquet([str(path) for path in paths], union_by_name=True).create_view(name)
    allowed = [str(path) for paths in tables.values() for path in paths]
    with without_pandas():
        database.execute("set allowed_paths = $paths", {"paths": allowed})
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


@contextmanager
def open_runs(folders: Mapping[str, Path], *, with_contacts: bool = False) -> Iterator[RunTables]:
    """Open the tables of the runs in `folders`, each table's name beginning with its run's key.

    `{"": folder}` names the tables as they are published. The contacts are among them only if `with_contacts`.
    """
    for folder in folders.values():
        refuse_torn(folder)
    tables = {
        prefix + name: paths
        for prefix, folder in folders.items()
        for name, paths in list_tables(folder).items()
        if with_contacts or name != PRIVATE_TABLE
    }
    with open_tables(tables, ", ".join(folder.name for folder in folders.values())) as opened:
        yield opened


@contextmanager
def open_tables(tables: Mapping[str, Sequence[Path]], where: str) -> Iterator[RunTables]:
    """Open tables by the files they lie in; `where` names the run or folder if they cannot be read (InputError)."""
    import duckdb

    try:
        database = open_database(tables)
    except duckdb.Error as error:
        raise unreadable(error, where) from None
    try:
        yield RunTables(database, where)
    finally:
        database.close()
