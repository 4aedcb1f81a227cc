"""Plan trees: what of them is needed, and as text and back. No node here means anything yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.statements.reading import Node, Plan


def prune(query: Node, places: frozenset[int] = frozenset()) -> Node:
    """Leave out the columns of a query that nobody around it reads; `places` are those that somebody does."""
    if query[0] == "union":
        _, parts, is_distinct, order, limit, offset = query
        every = frozenset(range(1000)) if is_distinct else places | _ordered_places(order)
        return ("union", tuple(prune(part, every) for part in parts), is_distinct, order, limit, offset)
    if query[0] != "select":
        return query
    _, relations, where, groups, having, columns, order, limit, offset = query
    kept = tuple(node if place in places else ("null",) for place, node in enumerate(columns))
    body = (where, groups, having, kept, order, tuple(on for *_, on in relations))
    named = set(columns_in(body))
    pruned = tuple(
        (kind, identity, _prune_source(identity, source, named), on) for kind, identity, source, on in relations
    )
    return ("select", pruned, _prune_inner(where), groups, _prune_inner(having), kept, order, limit, offset)


def _ordered_places(order: Node) -> frozenset[int]:
    return frozenset(node[1] for node, _, _ in order if node[0] == "position")


def _prune_source(identity: str, source: Node, named: set[tuple[str, str]]) -> Node:
    if source[0] != "query":
        return source
    return ("query", prune(source[1], frozenset(int(name[1:]) for owner, name in named if owner == identity)))


def _prune_inner(node: Any) -> Any:
    """Prune the queries inside a condition."""
    if not isinstance(node, tuple):
        return node
    if node[:1] == ("exists",):
        return ("exists", prune(node[1]))
    if node[:1] == ("within",):
        return ("within", node[1], prune(node[2], frozenset({0})))
    return tuple(_prune_inner(part) for part in node)


def columns_in(node: Any) -> Iterator[tuple[str, str]]:
    """List every (relation, column) that a tree speaks of."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            if item[:1] == ("column",):
                yield item[1], item[2]
            elif item[:1] != ("values",):
                waiting.extend(item)


def bases_in(node: Any) -> dict[str, str]:
    """List the relations of a tree that are datasets: relation → dataset."""
    found: dict[str, str] = {}
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple) and item[:1] != ("values",):
            if len(item) == 4 and isinstance(item[2], tuple) and item[2][:1] == ("base",):
                found[item[1]] = item[2][1]
            waiting.extend(item)
    return found


def delivered_from(query: Node) -> set[str]:
    """List the relations whose rows a query's rows are made of: those in a FROM, not those in conditions."""
    if query[0] == "union":
        return set().union(*(delivered_from(part) for part in query[1]))
    if query[0] != "select":
        return set()
    found: set[str] = set()
    for _, identity, source, _ in query[1]:
        found |= {identity} if source[0] == "base" else delivered_from(source[1])
    return found


def branch_of(query: Node, identity: str) -> Node:
    """Return the branch of a union whose rows come from a relation, where no limit ties the branches together."""
    while query[0] == "union" and query[4] is None and not query[5]:
        query = next(part for part in query[1] if identity in delivered_from(part))
    return query


def used_columns(plan: Plan) -> set[tuple[str, str]]:
    """List the (dataset, column) pairs whose values a plan compares."""
    found: set[tuple[str, str]] = set()
    for tree in (plan.query, plan.fallback):
        bases = bases_in(tree)
        found |= {(bases[owner], name) for owner, name in columns_in(tree) if owner in bases}
    return found


def is_single(plan: Plan) -> bool:
    """Tell a plan whose records answer for themselves: one dataset, no limit, no groups, no query inside."""
    node = plan.query
    is_plain = node[0] == "select" and len(node[1]) == 1 and node[1][0][2][0] == "base" and node[3] is None
    return is_plain and node[7] is None and not node[8] and not holds(node[2], ("exists", "within"))


def holds(node: Any, kinds: tuple[str, ...]) -> bool:
    """Tell whether a node of some kinds stands anywhere in a tree."""
    if not isinstance(node, tuple) or node[:1] == ("values",) or node[:1] == ("text",):
        return False
    return (bool(node) and node[0] in kinds) or any(holds(part, kinds) for part in node)


def write_plan(plan: Plan) -> str:
    """Write a plan as text, the same for the same plan."""
    held = [plan.query, plan.wanted, plan.fallback, plan.dialect, plan.zone, plan.reason]
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def read_plan(text: str) -> Plan:
    """Read a plan back."""
    query, wanted, fallback, dialect, zone, reason = json.loads(text)
    return Plan(_tuples(query), wanted, _tuples(fallback), dialect, zone, reason)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
