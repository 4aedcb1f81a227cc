"""Questions to a finished run: one SELECT over its tables, in a database that can read nothing else.

Knows how an answer is written as CSV or JSON; must not know what any table means. The
database is in memory, has no network and no extensions to fetch, and opens the run's own files only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.run_folder import list_tables, refuse_torn
from pipeline.run_tables import PRIVATE_TABLE, open_database, unreadable

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# A spreadsheet runs a cell that starts so; an apostrophe before it makes it text again.
# So do, in some of its languages, their wide forms.
FORMULA = r"^[=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"
# What steers a terminal or turns the reading direction; tabs and line ends may stand in a quoted cell.
STEERING = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"


@dataclass(frozen=True)
class Answer:
    """A query's answer: its columns' names and its rows in batches, every cell text, number, truth or null."""

    columns: list[str]
    batches: Iterator[pa.RecordBatch]


def ask(folder: Path, sql: str, *, with_contacts: bool = False) -> Answer:
    """Answer one SELECT over the run in `folder`; the contacts are a table only if `with_contacts`.

    Raises UsageError if the statement is not one SELECT or cannot be answered, InputError if a file of the run is
    missing or torn. The message holds no value of any table:
    the database's own texts would, so only those about the statement's form are passed on.
    """
    import duckdb

    tables = list_tables(folder)
    if not with_contacts:
        tables.pop(PRIVATE_TABLE, None)
    refuse_torn(folder)
    try:
        database = open_database(tables)
    except duckdb.Error as error:
        raise unreadable(error, folder.name) from None
    try:
        _refuse_all_but_one_select(database, sql)
        reader = database.sql(sql).to_arrow_reader(10_000)
    except (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException) as error:
        raise UsageError(_first_line(error), where="query", remedy=_remedy(tables, with_contacts)) from None
    except duckdb.Error as error:
        raise _failed(error) from None
    return Answer(list(reader.schema.names), _batches(database, reader))


def write_csv(answer: Answer, stream: IO[bytes]) -> None:
    """Write `answer` as CSV; cells that a spreadsheet would run as a formula begin with an apostrophe.

    What would steer the terminal that a pipe may end in becomes a dot.
    """
    from pyarrow import csv

    first = True
    for batch in answer.batches:
        named = _guard_names(answer.columns)
        csv.write_csv(_guard(batch).rename_columns(named), stream, csv.WriteOptions(include_header=first))
        first = False


def write_json(answer: Answer, stream: IO[bytes]) -> None:
    """Write `answer` as a JSON list of objects, one on each line."""
    import pyarrow as pa

    tables = (_flat(pa.Table.from_batches([batch]), keep_lists=True) for batch in answer.batches)
    rows = [row for table in tables for row in table.to_pylist()]
    lines = ",\n ".join(json.dumps(row, default=_plain_number) for row in rows)
    stream.write(f"[{lines}]\n".encode())


def first_rows(answer: Answer, limit: int) -> tuple[list[list[str]], bool]:
    """Return the first `limit` rows as text, and whether there are more."""
    import pyarrow as pa

    kept: list[pa.RecordBatch] = []
    for batch in answer.batches:
        kept.append(batch)
        if sum(each.num_rows for each in kept) > limit:
            break
    table = _flat(pa.Table.from_batches(kept))
    cells = [[_as_word(value) for value in column.slice(0, limit).to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*cells, strict=True)], table.num_rows > limit


def _refuse_all_but_one_select(database: duckdb.DuckDBPyConnection, sql: str) -> None:
    from duckdb import StatementType

    statements = database.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != StatementType.SELECT:
        raise UsageError("ask one SELECT statement", where="query", remedy="a finished run is only read")


def _batches(database: duckdb.DuckDBPyConnection, reader: Any) -> Iterator[pa.RecordBatch]:
    import duckdb
    import pyarrow as pa

    empty = pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in reader.schema], schema=reader.schema)
    yield empty
    try:
        yield from reader
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise _failed(error) from None
    finally:
        database.close()


def _failed(error: Exception) -> UsageError:
    """Return the refusal of a query that failed over the rows; the database's own text may quote one of them."""
    import duckdb

    remedy = "try_cast for cast, or fewer rows or columns, may help; scope verify says whether the run is whole"
    if isinstance(error, duckdb.PermissionException):
        remedy = "a query reads the tables of the run, and no other files"
    return UsageError(f"the query failed ({type(error).__name__})", where="query", remedy=remedy)


def _flat(table: pa.Table, *, keep_lists: bool = False) -> pa.Table:
    import pyarrow as pa

    def cells(column: pa.Array) -> pa.Array:
        return column if keep_lists and pa.types.is_list(column.type) else _as_cells(column)

    columns = [cells(column.combine_chunks()) for column in table.columns]
    return pa.table(columns, names=_distinct(table.column_names))


def _guard(batch: pa.RecordBatch) -> pa.RecordBatch:
    import pyarrow as pa
    from pyarrow import compute

    def guard(cells: pa.Array) -> pa.Array:
        if not pa.types.is_string(cells.type):
            return cells
        runs = compute.fill_null(compute.match_substring_regex(cells, FORMULA), False)
        held = compute.if_else(runs, compute.binary_join_element_wise("'", cells, ""), cells)
        return compute.replace_substring_regex(held, STEERING, "·")

    columns = [guard(_as_cells(column)) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=_distinct(batch.schema.names))


def _as_cells(column: pa.Array) -> pa.Array:
    """Return the column with lists joined by semicolons and instants as text; numbers and truths stay."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return compute.binary_join(column, ";")
    if pa.types.is_timestamp(kind):
        return compute.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()) if kind.scale else column
    return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _distinct(names: list[str]) -> list[str]:
    return [name if name not in names[:number] else f"{name}_{number}" for number, name in enumerate(names)]


def _guard_names(names: list[str]) -> list[str]:
    """Guard the columns' names as the cells: a query may name them anything."""
    import pyarrow as pa

    guarded = _guard(pa.RecordBatch.from_arrays([pa.array(names, pa.string())], names=["name"])).column(0)
    return [str(name) for name in guarded.to_pylist()]


def _plain_number(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else str(value)


def _as_word(value: Any) -> str:
    words = {None: "", True: "yes", False: "no"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].removesuffix("!")


def _remedy(tables: dict[str, list[Path]], with_contacts: bool) -> str:
    hidden = "" if with_contacts else f" ({PRIVATE_TABLE}: only with --contacts)"
    return f"tables: {', '.join(tables)}{hidden}"
