"""Which columns' values an expression hands out, as against those it only looks at.

A comparison, a count or a length says nothing that was stored; everything else hands on what its arguments hold
(semantics, sections 4 and 6). This room must not know rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from pipeline.statements.scope import NOTHING, Origins, Scope

# Of each group they hand out every value, or one of them.
COLLECTING = (
    exp.GroupConcat,
    exp.ArrayAgg,
    exp.JSONArrayAgg,
    exp.JSONObjectAgg,
    exp.JSONBObjectAgg,
    exp.ArrayUniqueAgg,
)
PICKING = (
    *(exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.FirstValue, exp.LastValue, exp.NthValue, exp.ArgMax),
    *(exp.ArgMin, exp.Mode, exp.PercentileDisc),
)
_COLLECTING_NAMES = frozenset(
    {"string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg", "listagg", "wm_concat"}
    | {"array_concat_agg", "group_array", "collect_list", "collect_set", "json_arrayagg", "json_group_array"}
    | {"group_concat", "array_unique_agg"}
)
_SILENT = (
    exp.Predicate, exp.Connector, exp.Not, exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Length, exp.RowNumber,
    exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Literal, exp.Null, exp.Boolean, exp.DataType,
    exp.Exists,
)  # fmt: skip
# They make so much the same of a value that it names nobody any more.
_COARSE = (exp.Substring, exp.Left, exp.Right, exp.SplitPart, exp.RegexpExtract, exp.Length, exp.Extract,
           exp.TimestampTrunc, exp.DateTrunc, exp.Year, exp.Month, exp.Predicate, exp.Case, exp.If)  # fmt: skip

Sub = Callable[[exp.Query, Scope], Origins]


def is_aggregate(node: exp.Expr) -> bool:
    """Tell whether an expression aggregates, other than inside a window or a subquery."""
    return any(_aggregates(node))


def _aggregates(node: exp.Expr) -> Iterable[exp.Expr]:
    if isinstance(node, (exp.Window, exp.Query)):
        return
    if isinstance(node, exp.AggFunc) or is_collecting(node):
        yield node
        return
    for child in node.iter_expressions():
        yield from _aggregates(child)


def is_collecting(node: exp.Expr) -> bool:
    """Tell an aggregate that hands out every value it saw."""
    if isinstance(node, COLLECTING):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in _COLLECTING_NAMES


def handed_out(node: exp.Expr | None, scope: Scope, sub: Sub) -> Origins:
    """List the stored values an expression hands out; `sub` tells it for a subquery."""
    if node is None or isinstance(node, _SILENT):
        return NOTHING
    if isinstance(node, exp.Column):
        return of_column(node, scope)
    if isinstance(node, exp.Query):
        return sub(node, scope)
    if isinstance(node, exp.Case):
        parts = [*(part.args.get("true") for part in node.args["ifs"]), node.args.get("default")]
        return _all(parts, scope, sub)
    if isinstance(node, exp.If):
        return _all([node.args.get("true"), node.args.get("false")], scope, sub)
    if isinstance(node, exp.Window):
        return handed_out(node.this, scope, sub)
    return _all(node.iter_expressions(), scope, sub)


def _all(nodes: Iterable[exp.Expr | None], scope: Scope, sub: Sub) -> Origins:
    return NOTHING.union(*(handed_out(node, scope, sub) for node in nodes))


def of_column(column: exp.Column, scope: Scope) -> Origins:
    """List the stored values a column is; a relation's own name means its whole row."""
    if isinstance(column.this, exp.Star):
        relation = scope.relation(column.table)
        every = [relation] if relation is not None else [each for each in scope.relations if not each.alias]
        return NOTHING.union(*(output.origins for each in every for output in each.outputs))
    found = scope.resolve(column)
    if found is not None:
        return found[1].origins
    relation = scope.relation(column.name) if not column.table else None
    return NOTHING if relation is None else NOTHING.union(*(output.origins for output in relation.outputs))


def of_groups(node: exp.Expr, scope: Scope, sub: Sub) -> tuple[Origins, Origins]:
    """Split what an aggregating expression hands out: all that fine groups would tell, and what it tells in any case.

    In any case: values that are collected, and values neither grouped nor aggregated (some servers allow them).
    """
    always = NOTHING
    for part in _aggregates(node):
        if is_collecting(part):
            always |= _all(part.iter_expressions(), scope, sub)
    fine = NOTHING
    for part in _aggregates(node):
        if not isinstance(part, _SILENT):
            fine |= _all(part.iter_expressions(), scope, sub)
    return fine | always, always


def names_somebody(node: exp.Expr) -> bool:
    """Tell whether grouping by an expression can still name one person, if its column does."""
    return not isinstance(node, _COARSE)
