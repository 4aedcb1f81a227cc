"""Great Expectations over DuckDB: asked whether, never which value; without progress bars, network or files of its own.

Importing this module imports Great Expectations, which takes seconds: `run_checks` does so when there is something to
check. DuckDB is a private database in memory: one view per table over its Parquet files, or a copy if they are small.

Its texts can hold values, so none of them leaves this room; its warnings and log lines are silenced for that reason.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import escape, glob
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from pipeline.checks.deferred import defer
from pipeline.checks.quiet import quiet
from pipeline.checks.suites import Suite
from pipeline.errors import GateError

with quiet():
    # Statistics and charts for expectations that no suite holds: two fifths of the import.
    defer("altair", "scipy.stats")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from pipeline.checks import unexpected_rows  # noqa: F401 – importing it registers it

# Great Expectations closes its connection before it has read the result; with these DuckDB's outlives that.
CONNECTION = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True, "pool_reset_on_return": None}
RESULT_FORMAT = "BOOLEAN_ONLY"
# Every query on a view opens its file anew, which takes longer than to read a small one.
SMALL_BYTES = 1 << 20


class Judge:
    """One private database with the tables to check, and Great Expectations over it."""

    def __init__(self, source: Any, connection: Any) -> None:
        self._source = source
        self._connection = connection

    def validate(self, suite: Suite) -> dict[str, bool]:
        """Return for each expectation's name whether it holds; one that cannot be evaluated does not."""
        asset = self._source.get_asset(suite.table)
        batch = asset.get_batch(asset.build_batch_request())
        # Great Expectations takes what it is given apart, so it gets a copy.
        expectations = [{**item, "kwargs": dict(item["kwargs"])} for item in suite.configurations]
        outcome = batch.validate(
            gx.ExpectationSuite(name=suite.table, expectations=expectations), result_format=RESULT_FORMAT
        )
        return {result.expectation_config.meta["name"]: bool(result.success) for result in outcome.results}

    def save(self, sql: str, path: Path) -> int:
        """Write the rows of `sql` to a Parquet file that only its owner can read, and return how many there are.

        A select that the table's shape makes impossible (a column is missing) writes nothing and returns 0.
        """
        try:
            self._run(f"copy ({sql}) to {_literal(str(path))} (format parquet, compression zstd)")
            path.chmod(0o600)
            return int(self._run(f"select count(*) from read_parquet({_literal(escape(str(path)))})")[0][0])  # noqa: S608
        except SQLAlchemyError as error:
            if type(error.__cause__).__name__ in ("IOException", "OutOfMemoryException"):
                raise GateError(
                    "the keys of failing rows cannot be written",
                    where=str(path),
                    remedy="free disk space and memory or correct the folder's permissions, then run again",
                ) from None
            return 0

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self._connection.exec_driver_sql(sql).fetchall())


@contextmanager
def open_judge(
    tables: Mapping[str, str], scratch: Path | None, threads: int | None, memory: str | None
) -> Iterator[Judge]:
    """Open a private database with the tables, silence Great Expectations, and close all of it at the end.

    Raises GateError if a table's path matches no readable Parquet file.
    """
    with tempfile.TemporaryDirectory(prefix=".scope-checks-", dir=scratch) as spill, quiet():
        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        add_sql: Any = context.data_sources.add_sql
        source = add_sql(
            name="scope",
            # A name of its own: databases in memory are shared by name within the process.
            connection_string=f"duckdb:///:memory:scope_{secrets.token_hex(8)}",
            create_temp_table=False,
            # All at once: after each one that is added, the whole context is written out anew.
            assets=[{"type": "query", "name": name, "query": f'select * from "{name}"'} for name in tables],  # noqa: S608
            kwargs=CONNECTION,
        )
        engine = source.get_engine()
        with engine.connect() as connection:
            for statement in _settings(spill, threads, memory):
                connection.exec_driver_sql(statement)
            for name, path in tables.items():
                _open(connection, name, path)
            yield Judge(source, connection)
        engine.dispose()


def _settings(spill: str, threads: int | None, memory: str | None) -> Iterator[str]:
    yield f"set temp_directory = {_literal(spill)}"
    yield "set enable_progress_bar = false"
    yield "set TimeZone = 'UTC'"
    yield "set autoinstall_known_extensions = false"
    yield "set autoload_known_extensions = false"
    if threads:
        yield f"set threads = {int(threads)}"
    if memory:
        yield f"set memory_limit = {_literal(memory)}"


def _open(connection: Any, name: str, path: str) -> None:
    files = [path] if Path(path).is_file() else sorted(glob(path))
    listed = ", ".join(_literal(escape(file)) for file in files)
    try:
        if not files:
            raise FileNotFoundError(path)
        kind = "table" if sum(Path(file).stat().st_size for file in files) <= SMALL_BYTES else "view"
        connection.exec_driver_sql(f'create {kind} "{name}" as select * from read_parquet([{listed}])')  # noqa: S608
    except (SQLAlchemyError, OSError):
        raise GateError(
            f"the table {name} cannot be read as Parquet",
            where=path,
            remedy="run again; if it fails again, this is a fault of the tool",
        ) from None


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
