"""A logged statement → what it delivered: the one door of reading.

Whatever the text, there is an answer: what cannot be read becomes every table it mentions, as an upper bound, and where
it mentions none it is said to be unread (semantics, section 5).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from pipeline.statements.expressions import TRUE, mark_name, read_parameters
from pipeline.statements.plans import branch_of, delivered_from, prune, used_columns
from pipeline.statements.queries import Queries
from pipeline.statements.reading import (
    CURSOR,
    UNREADABLE_STATEMENT,
    Delivery,
    Node,
    Plan,
    Reading,
    Schema,
    Table,
)
from pipeline.statements.relations import Built, conditions_of
from pipeline.statements.scope import Base, Statement, find_tables, name_of
from pipeline.statements.taking import take_rows
from pipeline.statements.text import METADATA, VIEW, Parsed, batch_arguments, parse

_STRENGTH = ("metadata", "write", "delete", "count", "elsewhere", "unread", "read")
# What stands inside these is asked, and handed to nobody.
_ONLY_ASKED = (exp.Where, exp.Having, exp.Order, exp.Group, exp.Predicate, exp.Connector, exp.Not, exp.If, exp.Count)
_STUMBLES = (RecursionError, AttributeError, KeyError, ValueError, TypeError, IndexError)


def read_statement(
    text: str,
    schema: Schema,
    dialect: str,
    *,
    parameters: str | Mapping[str, Node] | None = None,
    database: str | None = None,
    zone: str = "UTC",
    defining: str | None = None,
    taken: tuple[int, int | None] | None = None,
) -> Reading:
    """Read one logged text; it may hold several statements.

    `parameters` are bound values as logged, or as they have been read, `database` the current database or schema,
    `zone` the session's. `defining` is the text that declared the cursor or prepared the statement that a FETCH or
    EXECUTE refers to; `taken` says how many rows a FETCH took (None: all) after how many, and of a DECLARE that its
    FETCHes are known. Never raises for any text.
    """
    readings = []
    bound = dict(parameters) if isinstance(parameters, Mapping) else read_parameters(parameters)
    for parsed in parse(text, dialect):
        held = bound or {
            name: ("null",) if kind == "null" else (kind, value)
            for name, (kind, value) in batch_arguments(text).items()
        }
        try:
            one = _read(parsed, text, schema, dialect, held, database or "", zone, defining, taken)
        except _STUMBLES:
            one = _mentioned(text, schema, parsed.action)
        readings.append(one)
    return _together(readings)


def read_mentions(text: str, schema: Schema) -> Reading:
    """Read a text the log cut off: what is missing may be anything, so every table it mentions is read whole."""
    return _mentioned(text, schema, VIEW)


def name_defined(text: str, dialect: str) -> str | None:
    """Return the name of the cursor or prepared statement that a text defines, if it does."""
    if not re.match(r"(?is)\s*(?:declare|prepare)\b", text):
        return None
    parsed = parse(text, dialect)
    return parsed[0].name if len(parsed) == 1 and parsed[0].kind in ("cursor", "prepare") else None


def _read(
    parsed: Parsed,
    text: str,
    schema: Schema,
    dialect: str,
    parameters: dict[str, Node],
    database: str,
    zone: str,
    defining: str | None,
    taken: tuple[int, int | None] | None,
) -> Reading:
    # audit logs repeat the text of PREPARE, with the values bound, for each time it is executed
    if parsed.kind == "quiet" or (parsed.kind == "prepare" and not parameters):
        action = METADATA if parsed.kind == "prepare" else parsed.action
        return Reading(action if action in _STRENGTH else "metadata", action, _tables_in(parsed.tree))
    if parsed.kind in ("fetch", "execute"):
        return _named(parsed, schema, dialect, database, zone, defining, taken)
    if parsed.kind == "cursor" and taken is not None:
        return Reading("metadata", METADATA, _tables_in(parsed.tree))
    if parsed.kind == "unread" or not isinstance(parsed.tree, exp.Query):
        return _mentioned(text, schema, parsed.action)
    statement = Statement(schema, dialect, database, parameters)
    _bind_limits(parsed.tree, parameters)
    built = Queries(statement).build(parsed.tree, None, {})
    if parsed.kind == "assignment":
        built = _without_own(built)
    reading = _with_unvisited(_delivered(statement, built, parsed.action, zone), parsed.tree, statement)
    return _inexact(reading, CURSOR) if parsed.kind == "cursor" else reading


def _without_own(built: Built) -> Built:
    """Leave out what an UPDATE takes from the very rows it writes: it stays where it was."""
    outputs = tuple(
        replace(output, origins=frozenset(origin for origin in output.origins if origin[0] != "r1"))
        for output in built.outputs
    )
    return replace(built, outputs=outputs)


def _with_unvisited(reading: Reading, tree: exp.Expr, statement: Statement) -> Reading:
    """Add whole tables that stand where rows come from, but in a part of the text that was not understood."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    missed: dict[str, Table] = {}
    for node in tree.find_all(exp.Table):
        name = name_of(node)
        is_known = name in statement.tables or name.lower() in ctes or node.find_ancestor(*_ONLY_ASKED)
        if not is_known and isinstance(node.this, exp.Identifier):
            missed |= {table.dataset: table for table in find_tables(name, statement.schema, statement.database)}
    tables = _tables_in(tree)
    if not missed:
        return replace(reading, tables=tables)
    whole = tuple(_whole(table) for table in missed.values())
    action = reading.action if reading.deliveries else VIEW
    return Reading("read", action, tables, (*reading.deliveries, *whole), UNREADABLE_STATEMENT, reading.used)


def _tables_in(tree: exp.Expr | None) -> tuple[str, ...]:
    """Name every table a statement speaks of, each once, as written."""
    if tree is None:
        return ()
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    named = (name_of(node) for node in tree.find_all(exp.Table) if isinstance(node.this, exp.Identifier))
    return tuple(dict.fromkeys(name for name in named if name.lower() not in ctes))


def _bind_limits(tree: exp.Expr, parameters: Mapping[str, Node]) -> None:
    """Put bound values in place of the marks that say how many rows were asked for."""
    for part in list(tree.find_all(exp.Limit, exp.Offset, exp.Fetch)):
        name = "count" if isinstance(part, exp.Fetch) else "expression"
        mark = part.args.get(name)
        if isinstance(mark, (exp.Parameter, exp.Placeholder)):
            bound = parameters.get(mark_name(mark), ("unknown",))
            if bound[0] in ("number", "text") and bound[1].isdigit():
                part.set(name, exp.Literal.number(bound[1]))


def _named(
    parsed: Parsed,
    schema: Schema,
    dialect: str,
    database: str,
    zone: str,
    defining: str | None,
    taken: tuple[int, int | None] | None,
) -> Reading:
    """Read a FETCH or EXECUTE by what it refers to."""
    if defining is None:
        return Reading("unread", VIEW, reason=UNREADABLE_STATEMENT)
    found = parse(defining, dialect)
    if len(found) != 1 or not isinstance(found[0].tree, exp.Query):
        return _mentioned(defining, schema, VIEW)
    tree = found[0].tree
    statement = Statement(schema, dialect, database, _arguments(parsed.tree))
    _bind_limits(tree, statement.parameters)
    part = take_rows(tree, *taken) if taken is not None and parsed.kind == "fetch" else None
    reading = _delivered(statement, Queries(statement).build(part or tree, None, {}), VIEW, zone)
    return _inexact(reading, CURSOR) if parsed.kind == "fetch" and part is None else reading


def _arguments(tree: exp.Expr | None) -> dict[str, Node]:
    held: dict[str, Node] = {}
    for place, item in enumerate(tree.expressions if tree is not None else (), start=1):
        if isinstance(item, exp.Literal):
            held[str(place)] = ("text" if item.is_string else "number", item.this)
        elif isinstance(item, exp.Null):
            held[str(place)] = ("null",)
    return held


def _delivered(statement: Statement, built: Built, action: str, zone: str) -> Reading:
    """Make deliveries of the values that a query's columns carry."""
    columns: dict[str, set[str]] = {}
    for output in built.outputs:
        for identity, name in output.origins:
            columns.setdefault(identity, set()).add(name)
    deliveries = tuple(
        _delivery(statement, built, identity, statement.bases[identity], names, zone)
        for identity, names in sorted(columns.items(), key=lambda item: int(item[0][1:]))
    )
    used: set[tuple[str, str]] = set().union(*(used_columns(each.plan) for each in deliveries if each.plan is not None))
    tables = tuple(statement.tables)
    if deliveries:
        return Reading("read", action, tables, deliveries, used=tuple(sorted(used)))
    if statement.is_elsewhere:
        return Reading("elsewhere", action, tables)
    return Reading("count", "count", tables) if statement.bases else Reading("metadata", METADATA, tables)


def _delivery(statement: Statement, built: Built, identity: str, base: Base, names: set[str], zone: str) -> Delivery:
    table = base.table
    order = {name: place for place, name in enumerate(table.columns)}
    ordered = tuple(sorted(names, key=lambda name: (order.get(name, len(order)), name)))
    alone: Node = (("", identity, ("base", table.dataset), TRUE),)
    fallback: Node = ("select", alone, conditions_of(base), None, TRUE, (), (), None, 0)
    reason = min(base.reasons, default=None)
    is_followed = built.node is not None and identity in delivered_from(built.node)
    query = prune(branch_of(built.node, identity)) if is_followed and built.node is not None else _left_open(fallback)
    is_missing = any(name not in order for name in names)
    plan = Plan(query, identity, fallback, statement.dialect, zone, reason)
    return Delivery(table.dataset, ordered, plan, reason, is_missing)


def _left_open(query: Node) -> Node:
    """Keep a query's rows as the most there can have been."""
    return (*query[:2], ("and", query[2], ("maybe",)), *query[3:])


def _inexact(reading: Reading, reason: str) -> Reading:
    deliveries = tuple(
        replace(
            each,
            reason=min(each.reason or reason, reason),
            plan=None if each.plan is None else replace(each.plan, reason=min(each.plan.reason or reason, reason)),
        )
        for each in reading.deliveries
    )
    return replace(reading, deliveries=deliveries)


def _mentioned(text: str, schema: Schema, action: str) -> Reading:
    """Take every table that an unreadable text mentions as read whole."""
    found = [table for table in schema.tables if _mentions(text, table.names)]
    views = [name for name in schema.views if _mentions(text, (name,))]
    if views:
        inside = " ".join(schema.views[name] for name in views)
        found += [table for table in schema.tables if table not in found and _mentions(inside, table.names)]
    deliveries = tuple(_whole(table) for table in found)
    verdict = "read" if deliveries else "unread"
    return Reading(verdict, action, tuple(table.names[0] for table in found), deliveries, UNREADABLE_STATEMENT)


def _mentions(text: str, names: tuple[str, ...]) -> bool:
    last = (re.escape(name.rpartition(".")[2]) for name in names)
    return re.search(rf"(?i)(?<![\w$])(?:{'|'.join(last)})(?![\w$])", text) is not None


def _whole(table: Table) -> Delivery:
    return Delivery(table.dataset, None, None, UNREADABLE_STATEMENT)


def _together(readings: list[Reading]) -> Reading:
    """Join the statements of one text: the strongest says what it did, and all that was delivered counts."""
    if len(readings) == 1:
        return readings[0]
    first = max(readings, key=lambda reading: _STRENGTH.index(reading.verdict))
    actions = {reading.action for reading in readings if reading.deliveries}
    action = next((name for name in ("export", "copy") if name in actions), first.action)
    return Reading(
        first.verdict,
        action,
        tuple(dict.fromkeys(name for reading in readings for name in reading.tables)),
        tuple(delivery for reading in readings for delivery in reading.deliveries),
        first.reason,
        tuple(sorted({pair for reading in readings for pair in reading.used})),
    )
