"""What reading a statement yields, and what it needs to know of the datasets: plain values, no behaviour.

Plans are nested tuples whose first item names a node kind; `compile` knows each kind and refuses all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Node = tuple[Any, ...]

# Why a statement's reach is an upper bound, in the order of the alphabet as everywhere (the first stands).
AMBIGUOUS_TABLE = "ambiguous_table"
CURSOR = "cursor"
UNREAD_PREDICATE = "unread_predicate"
UNREADABLE_STATEMENT = "unreadable_statement"


@dataclass(frozen=True, slots=True)
class Table:
    """A dataset as statements name it: `names` such as ('crm.customers',), its columns in order.

    `naming` are the columns whose value names a person (its key, an e-mail, a card): a group by one of them is one
    person.
    """

    dataset: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    naming: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of the incident, and views: name → the statement that defines it."""

    tables: tuple[Table, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which records of one relation of a statement were delivered.

    `query` is a tree of allowed nodes, `wanted` the relation in it whose record numbers are asked for. `reason` says
    why the plan is no more than an upper bound, if it is. `fallback` keeps the records that the conditions on this
    relation alone let through: what is left where the whole cannot be replayed. `zone` is the session's.
    """

    query: Node
    wanted: str
    fallback: Node
    dialect: str
    zone: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One dataset a statement delivered values of: the columns (None for all) and the plan for its records.

    Without a plan every record of the dataset is meant.
    """

    dataset: str
    columns: tuple[str, ...] | None
    plan: Plan | None
    reason: str | None = None
    has_missing_columns: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one statement did.

    `verdict`: 'read' (it delivered values of a dataset), 'elsewhere' (values of tables no dataset stands for), 'count',
    'write', 'delete', 'metadata' (nothing of anybody), 'unread' (it cannot be read and names no dataset's table).
    `action` is the canonical action it amounts to, `tables` every table it speaks of, as written.
    """

    verdict: str
    action: str
    tables: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    reason: str | None = None
    used: tuple[tuple[str, str], ...] = ()
