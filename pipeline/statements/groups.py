"""GROUP BY in SQL: which rows fall into one group, and what is worked out for it.

A group is told by its values; where two types would group differently, or a collation nobody logged decides, nobody can
tell and `UnsureError` is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.statements.conditions import UnsureError
from pipeline.statements.dialects import FOLDED, Dialect
from pipeline.statements.facts import Facts
from pipeline.statements.reading import Node
from pipeline.statements.values import Value, is_ordered


@dataclass(frozen=True, slots=True)
class Group:
    """The keys of a GROUP BY and the aggregates asked of it, as nodes and as values."""

    keys: tuple[Node, ...]
    key_values: tuple[Value | None, ...]
    asked: tuple[Node, ...]
    arguments: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class GroupSql:
    """Two WITH queries, members and groups; how they are linked; and what stands for each key and aggregate."""

    ctes: str
    link: str
    known: dict[Node, Value]


def collected(node: Any) -> Iterator[Node]:
    """List the aggregates in some nodes, each once."""
    seen: dict[Node, None] = {}
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            if item[:1] == ("aggregate",):
                seen[item] = None
            elif item[:1] not in (("values",), ("text",), ("select",), ("union",)):
                waiting.extend(item)
    return iter(seen)


def group_sql(group: Group, members: str, every: str, body: str, record: str, dialect: Dialect) -> GroupSql:
    """Write the members (one row per row grouped) and the groups (one row per group)."""
    known: dict[Node, Value] = {}
    inner, outer, names = [], [], []
    for place, (node, value) in enumerate(zip(group.keys, group.key_values, strict=True)):
        inner.append(f"{_identity(value, dialect)} as g{place}")
        names.append(f"g{place}")
        if value is not None:
            inner += [f"{sql} as m{place}_{kind}" for kind, sql in value.readings.items()]
            outer += [f"min(m{place}_{kind}) as m{place}_{kind}" for kind in value.readings]
            known[node] = Value({kind: f"{every}.m{place}_{kind}" for kind in value.readings}, value.facts)
    for place, (node, value) in enumerate(zip(group.asked, group.arguments, strict=True)):
        for kind, argument, sql in _aggregate(node, value, f"a{place}", dialect):
            inner.append(argument)
            outer.append(f"{sql} as {kind}_{place}")
            known[node] = _with_reading(known.get(node), kind, f"{every}.{kind}_{place}")
    inner += [f"{record} as rn"] if record else []
    outer.append("count(*) as member_count")
    by = f" group by {', '.join(names)}" if names else ""
    ctes = (
        f"with {members} as (select {', '.join(inner) or '1 as one'} {body}),"
        f" {every} as (select {', '.join([*names, *outer])} from {members}{by})"
    )
    link = " and ".join(f"{members}.{name} is not distinct from {every}.{name}" for name in names) or "true"
    return GroupSql(ctes, link, known)


def _with_reading(value: Value | None, kind: str, sql: str) -> Value:
    return Value({**(value.readings if value is not None else {}), kind: sql}, Facts(is_canonical=False))


def _identity(value: Value | None, dialect: Dialect) -> str:
    """Write what tells one group from another."""
    if value is None:
        raise UnsureError
    facts, kinds = value.facts, list(value.readings)
    is_one = len(kinds) == 1 or facts.is_canonical or facts.shape in ("date", "seconds")
    is_folded = (
        "text" in kinds and dialect.collation == FOLDED and not (facts.is_plain or facts.is_canonical or facts.shape)
    )
    if not is_one or is_folded:
        raise UnsureError
    return value.readings["text" if "text" in kinds else kinds[0]]


def _aggregate(node: Node, value: Value | None, name: str, dialect: Dialect) -> list[tuple[str, str, str]]:
    """Write one aggregate: (type, what it is given, the aggregate over that)."""
    _, function, is_distinct, _ = node
    if value is None or value.facts.is_blank_unclear:
        raise UnsureError
    if function == "count":
        given = _identity(value, dialect) if is_distinct else next(iter(value.readings.values()))
        return [("number", f"{given} as {name}", f"count({'distinct ' if is_distinct else ''}{name})")]
    if function in ("sum", "avg"):
        if "number" not in value.readings or is_distinct:
            raise UnsureError
        return [("number", f"{value.readings['number']} as {name}", f"{function}({name})")]
    if function not in ("min", "max") or ("text" in value.readings and not is_ordered(value, value, dialect)):
        raise UnsureError
    return [
        (kind, f"{sql} as {name}_{kind}", f"{function}({name}_{kind})")
        for kind, sql in value.readings.items()
        if kind != "boolean"
    ]
