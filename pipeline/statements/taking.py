"""LIMIT, TOP, FETCH FIRST and OFFSET of a query: how many rows were asked for, and what a cursor took of them.

This room counts rows and knows nothing else of a query.
"""

from __future__ import annotations

import re

from sqlglot import exp


def limits_of(tree: exp.Query) -> tuple[int | None, int, bool]:
    """Read LIMIT, TOP or FETCH FIRST and OFFSET; the last item tells whether they could be read."""
    limit, offset = tree.args.get("limit"), tree.args.get("offset")
    count = limit.args.get("count") or limit.args.get("expression") if limit is not None else None
    options = limit.args.get("limit_options") if limit is not None else None
    has_ties = options is not None and (options.args.get("percent") or options.args.get("with_ties"))
    most = _number(count) if limit is not None else None
    start = _number(offset.expression) if offset is not None else 0
    is_known = not has_ties and start is not None and (limit is None or most is not None)
    is_known = is_known and not (limit is not None and limit.args.get("expressions"))
    is_all = limit is not None and isinstance(count, (exp.Null, exp.Column)) and (count.name or "all").lower() == "all"
    if is_all and start is not None:
        return None, start, True
    return (most, start or 0, True) if is_known else (None, 0, False)


def _number(node: exp.Expr | None) -> int | None:
    node = node.unnest() if node is not None else None
    is_whole = isinstance(node, exp.Literal) and re.fullmatch(r"\d{1,12}", node.this) is not None
    return int(node.this) if is_whole and node is not None else None


def take_rows(tree: exp.Query, after: int, count: int | None) -> exp.Query | None:
    """Return the query that gives `count` rows (None: all) of a SELECT's after the first `after`.

    None where the query is no plain SELECT, or its own limit cannot be read.
    """
    most, start, is_known = limits_of(tree)
    if not isinstance(tree, exp.Select) or not is_known:
        return None
    left = [number for number in (count, None if most is None else max(most - after, 0)) if number is not None]
    part = tree.copy()
    for name in ("limit", "offset"):
        part.set(name, None)
    if start + after:
        part = part.offset(start + after)
    return part.limit(min(left)) if left else part
