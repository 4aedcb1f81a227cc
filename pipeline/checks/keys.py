"""The SQL that names every row an expectation fails for, by its key columns.

Great Expectations stops at 200 failing rows and shows their values; here is one select per kind of expectation that
does neither. Column names come from the suites, which are the project's own text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.checks.suites import Expectation

PAIR = "expect_column_pair_values_a_to_be_greater_than_b"


def failing_keys_sql(expectation: Expectation) -> str:
    """Return one select of the keys of all rows that fail `expectation`.

    An expectation about the table as a whole (its columns) selects what is amiss instead.
    Raises KeyError for a kind of expectation this room has not been taught.
    """
    return KINDS[expectation.type](expectation)


def failing_count_sql(expectation: Expectation) -> str:
    """Return one select of how many rows fail `expectation`; raises KeyError as `failing_keys_sql` does."""
    if KINDS[expectation.type] is _unique:
        return _repeated_count(expectation)
    return f"select count(*) from ({failing_keys_sql(expectation)}) as failing"  # noqa: S608


def missing(expectation: Expectation) -> str:
    """Return the condition of rows that have no value in the column that `expectation` is about."""
    return f"{_name(expectation.kwargs['column'])} is null"


def considered(expectation: Expectation) -> str:
    """Return the condition of rows that `expectation` looks at: not all, or neither, of their columns are missing."""
    if expectation.type == PAIR:
        both = (_name(expectation.kwargs[column]) for column in ("column_A", "column_B"))
        return " and ".join(f"{column} is not null" for column in both)
    return _present(_unique_columns(expectation))


def failing(expectation: Expectation) -> str | None:
    """Return the condition of rows that fail `expectation`, or None if that takes more than the row itself."""
    return ROW_BY_ROW[expectation.type](expectation) if expectation.type in ROW_BY_ROW else None


def maybe_repeated_sqls(expectation: Expectation) -> tuple[str, ...]:
    """Return selects of which any that finds 0 proves that no row is repeated, if `expectation` is that rows differ.

    Cheapest first: a column that rises from each row to the next, then rows no two of which have one hash. Comparing
    texts, and all of them, takes several times as long.
    """
    if KINDS[expectation.type] is not _unique:
        return ()
    columns = _unique_columns(expectation)
    present, table = _present(columns), _name(expectation.table)
    hashed = (
        f"select count(*) from (select hash({', '.join(_name(column) for column in columns)}) as row_hash"  # noqa: S608
        f" from {table} where {present} group by row_hash having count(*) > 1) as repeated"
    )
    if len(columns) > 1:
        return (hashed,)
    (column,) = (_name(column) for column in columns)
    rising = (
        f"select count(*) from (select {column} <= lag({column}) over () as is_next"  # noqa: S608
        f" from {table} where {present}) as neighbours where is_next"
    )
    return rising, hashed


def _rows_where(expectation: Expectation, condition: str) -> str:
    keys = ", ".join(_name(key) for key in expectation.key_columns)
    return f"select {keys} from {_name(expectation.table)} where {condition}"  # noqa: S608


def _rows_failing(expectation: Expectation) -> str:
    return _rows_where(expectation, ROW_BY_ROW[expectation.type](expectation))


def _in_set(expectation: Expectation) -> str:
    values = ", ".join(_literal(value) for value in expectation.kwargs["value_set"])
    return f"{_name(expectation.kwargs['column'])} not in ({values})"


def _pair_in_order(expectation: Expectation) -> str:
    greater, less = _name(expectation.kwargs["column_A"]), _name(expectation.kwargs["column_B"])
    return f"{greater} {'<' if expectation.kwargs.get('or_equal') else '<='} {less}"


def _unique(expectation: Expectation) -> str:
    columns = _unique_columns(expectation)
    keys = list(dict.fromkeys([*columns, *expectation.key_columns]))
    selected = ", ".join(_name(key) for key in keys)
    partition = ", ".join(_name(column) for column in columns)
    return (
        f"select {selected} from {_name(expectation.table)} where {_present(columns)}"  # noqa: S608
        f" qualify count(*) over (partition by {partition}) > 1"
    )


def _repeated_count(expectation: Expectation) -> str:
    """Count without naming: groups take a fraction of the memory that windows take."""
    columns = _unique_columns(expectation)
    return (
        "select coalesce(sum(row_count), 0) from (select count(*) as row_count"  # noqa: S608
        f" from {_name(expectation.table)} where {_present(columns)}"
        f" group by {', '.join(_name(column) for column in columns)} having count(*) > 1) as repeated"
    )


def _unique_columns(expectation: Expectation) -> list[str]:
    return expectation.kwargs.get("column_list") or [expectation.kwargs["column"]]


def _present(columns: list[str]) -> str:
    return "(" + " or ".join(f"{_name(column)} is not null" for column in columns) + ")"


def _row_count(expectation: Expectation) -> str:
    return _rows_where(expectation, "true")


def _columns_in_order(expectation: Expectation) -> str:
    documented = [
        f"({position}, {_literal(name)})" for position, name in enumerate(expectation.kwargs["column_list"], start=1)
    ]
    return (
        "select coalesce(documented.position, found.position) as position,"  # noqa: S608
        " documented.name as documented, found.name as found"
        f" from (values {', '.join(documented)}) as documented (position, name)"
        " full outer join (select row_number() over () as position, column_name as name"
        f" from (describe {_name(expectation.table)})) as found on found.position = documented.position"
        " where documented.name is distinct from found.name order by 1"
    )


def _columns_in_set(expectation: Expectation) -> str:
    documented = ", ".join(f"({_literal(name)})" for name in sorted(expectation.kwargs["column_set"]))
    return (
        f"select name as documented from (values {documented}) as documented (name)"  # noqa: S608
        f" where name not in (select column_name from (describe {_name(expectation.table)})) order by 1"
    )


def _query(expectation: Expectation) -> str:
    return str(expectation.kwargs["unexpected_rows_query"]).format(batch=_name(expectation.table))


ROW_BY_ROW: dict[str, Callable[[Expectation], str]] = {
    "expect_column_values_to_not_be_null": missing,
    "expect_column_values_to_be_in_set": _in_set,
    PAIR: _pair_in_order,
}
KINDS: dict[str, Callable[[Expectation], str]] = {
    **dict.fromkeys(ROW_BY_ROW, _rows_failing),
    "expect_column_values_to_be_unique": _unique,
    "expect_compound_columns_to_be_unique": _unique,
    "expect_table_row_count_to_equal": _row_count,
    "expect_table_columns_to_match_ordered_list": _columns_in_order,
    "expect_table_columns_to_match_set": _columns_in_set,
    "unexpected_rows_expectation": _query,
}


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
