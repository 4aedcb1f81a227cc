"""ORDER BY … LIMIT … OFFSET as the most and the least rows it may have given.

Rows that the order does not tell apart may have come in any order, and an order nobody logged (a language's, a type's)
may have been any of several. A row surely came if it is inside the limit in every one of them, and may have come if it
is in any.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from pipeline.statements.dialects import BINARY, Dialect
from pipeline.statements.values import Pair, Value, joined

_MOST_ORDERS = 4
Key = tuple[Value | None, bool, bool]


def ranked(
    select: str, body: str, keys: list[Key], limit: int | None, offset: int, dialect: Dialect, name: Callable[[], str]
) -> Pair:
    """Write a limited select; `keys` are value, whether descending, whether nulls come first.

    The most rows say of themselves in `is_in` whether they are among the least.
    """
    orders = _orders(keys, dialect)
    columns = {sql: f"o{place}" for place, sql in enumerate(dict.fromkeys(sql for order in orders for sql, _ in order))}
    named = "".join(f", {sql} as {column}" for sql, column in columns.items())
    uppers, lowers, windows = [], [], []
    for place, order in enumerate(orders):
        by = ", ".join(f"{columns[sql]} {way}" for sql, way in order)
        alike = ", ".join(columns[sql] for sql, _ in order)
        before = f"rank() over (order by {by}) - 1" if order else "0"
        peers = f"count(*) over (partition by {alike})" if order else "count(*) over ()"
        windows.append(f"{before} as before{place}, {peers} as peers{place}")
        possible = [f"before{place} + peers{place} > {int(offset)}"]
        certain = [f"before{place} >= {int(offset)}"]
        if limit is not None:
            possible.append(f"before{place} < {int(offset) + int(limit)}")
            certain.append(f"before{place} + peers{place} <= {int(offset) + int(limit)}")
        uppers.append(joined("and", possible))
        lowers.append(joined("and", certain))
    inside = _inside(orders, columns, body, limit, offset, name)
    rows = f"select * from ({select}{named} {body}) as {name()}{inside}"
    counted = f"select *, {', '.join(windows)} from ({rows}) as {name()}"
    upper, lower = joined("or", uppers), joined("and", lowers)
    most = f"select *, {lower} as is_in from ({counted}) as {name()} where {upper}"
    return Pair(most, f"select * from ({most}) as {name()} where is_in")


def _inside(
    orders: list[list[tuple[str, str]]],
    columns: dict[str, str],
    body: str,
    limit: int | None,
    offset: int,
    name: Callable[[], str],
) -> str:
    """Write a condition that leaves out most rows that are past the limit in every order, so that few are ranked.

    The last row inside the limit is found first, which takes one look at the table; rows behind its first key are out.
    """
    last = int(offset) + int(limit or 0) - 1
    if limit is None or last < 0 or not all(orders):
        return ""
    kept = []
    for order in orders:
        by = ", ".join(f"{columns[sql]} {way}" for sql, way in order)
        (first, way), named = order[0], ", ".join(f"{sql} as {columns[sql]}" for sql, _ in order)
        edge = f"(select {columns[first]} from (select {named} {body}) as {name()} order by {by} limit 1 offset {last})"
        # without such a row all stay, and so do nulls, wherever they sort
        kept.append(f"coalesce({columns[first]} {'<=' if way.startswith('asc') else '>='} {edge}, true)")
    return f" where {joined('or', kept)}"


def _orders(keys: list[Key], dialect: Dialect) -> list[list[tuple[str, str]]]:
    """List the orders that may have been meant, each as (SQL, direction); a key nobody can order by ends them all."""
    ways: list[list[tuple[str, str]]] = []
    count = 1
    for value, is_descending, is_nulls_first in keys:
        found = [] if value is None else _ways(value, dialect)
        count *= max(len(found), 1)
        if not found or count > _MOST_ORDERS:
            break
        way = f"{'desc' if is_descending else 'asc'} nulls {'first' if is_nulls_first else 'last'}"
        ways.append([(sql, way) for sql in found])
    return [list(order) for order in product(*ways)]


def _ways(value: Value, dialect: Dialect) -> list[str]:
    facts, found = value.facts, []
    for kind, sql in value.readings.items():
        if kind == "text":
            if dialect.collation != BINARY and not facts.is_plain and facts.shape not in ("date", "seconds"):
                return []
            found += [sql, f"nullif({sql}, '')"] if facts.is_blank_unclear else [sql]
        elif kind == "boolean" and "number" in value.readings:
            continue
        elif not (kind == "instant" and "text" in value.readings and facts.shape in ("date", "seconds")):
            found.append(sql)
    return found
