"""Names in a statement → the relation and column they mean, by SQL's own rules of scope.

This room resolves names; it must not know predicates. A name that nothing known bears stays unknown: the export of a
table may have fewer columns than the table had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from pipeline.statements.reading import AMBIGUOUS_TABLE, Node, Schema, Table

# A value's sources: (relation, column of its dataset). The column '*' is every column.
Origins = frozenset[tuple[str, str]]
NOTHING: Origins = frozenset()


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a relation: its name, the values it carries, and how a plan refers to it within its relation."""

    name: str
    origins: Origins
    place: str


@dataclass(frozen=True, slots=True)
class Relation:
    """Something a FROM names. `source` is a plan's node, None if nothing can be known of its rows.

    `is_open` tells that it may have further columns nobody knows.
    """

    identity: str
    alias: str
    outputs: tuple[Output, ...]
    source: Node | None
    is_open: bool = False

    def find(self, name: str) -> Output | None:
        """Find a column by its name, case ignored."""
        folded = name.lower()
        return next((output for output in self.outputs if output.name.lower() == folded), None)


@dataclass(slots=True)
class Base:
    """One mention of a dataset's table: which, the conditions that speak of it alone, and why it is inexact."""

    table: Table
    conditions: list[Node] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)


@dataclass
class Statement:
    """What is gathered while one statement is read."""

    schema: Schema
    dialect: str
    database: str
    parameters: Mapping[str, Node]
    bases: dict[str, Base] = field(default_factory=dict)
    tables: dict[str, None] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    views_open: tuple[str, ...] = ()
    is_elsewhere: bool = False
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def identity(self) -> str:
        """Name a further relation."""
        return f"r{next(iter(self.numbers))}"


@dataclass(frozen=True)
class Scope:
    """The relations a name may mean: those of this query, then those of the queries around it."""

    relations: tuple[Relation, ...]
    parent: Scope | None = None

    def resolve(self, column: exp.Column) -> tuple[Relation, Output] | None:
        """Find what a column means; None if nothing known bears the name."""
        parts = [part.name for part in column.parts]
        for scope in self._outwards():
            if len(parts) > 1 and (found := _qualified(scope.relations, parts)) is not None:
                return found
            if len(parts) == 1 and (found := _bare(scope.relations, parts[0])) is not None:
                return found
            if len(parts) == 1 and any(relation.is_open for relation in scope.relations):
                return None  # more likely a column of what is unknown here than of the query around
        if len(parts) > 1:  # a part of a composite value: customer.address.city
            return next((found for scope in self._outwards() if (found := _bare(scope.relations, parts[0]))), None)
        return None

    def relation(self, name: str) -> Relation | None:
        """Find a relation by its alias."""
        folded = name.lower()
        for scope in self._outwards():
            for relation in scope.relations:
                if relation.alias == folded:
                    return relation
        return None

    @property
    def is_open(self) -> bool:
        """Tell whether an unknown name may be a column of something nobody knows."""
        return any(relation.is_open for scope in self._outwards() for relation in scope.relations)

    def _outwards(self) -> Iterable[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


def _qualified(relations: tuple[Relation, ...], parts: list[str]) -> tuple[Relation, Output] | None:
    for place in range(len(parts) - 1):
        for relation in relations:
            if relation.alias in (parts[place].lower(), "") and (output := relation.find(parts[place + 1])) is not None:
                return relation, output
    return None


def _bare(relations: tuple[Relation, ...], name: str) -> tuple[Relation, Output] | None:
    return next(((relation, found) for relation in relations if (found := relation.find(name)) is not None), None)


def name_of(table: exp.Table) -> str:
    """Write a table's full name as the statement has it, without quotes."""
    return ".".join(part.name for part in table.parts)


def find_tables(name: str, schema: Schema, database: str) -> tuple[Table, ...]:
    """Find the datasets a table's name may stand for.

    Case is ignored, and a qualifier counts only where both sides have one. The current database or schema decides
    between tables of one name; where it does not, all of them may be meant.
    """
    wanted = name.lower().split(".")
    fits = [table for table in schema.tables if any(_fits(wanted, known) for known in table.names)]
    if len(fits) > 1 and database:
        where = [*database.lower().split("."), wanted[-1]]
        closer = [table for table in fits if any(_fits(where, known) for known in table.names)]
        fits = closer or fits
    return tuple(fits)


def _fits(wanted: list[str], known: str) -> bool:
    parts = known.lower().split(".")
    shared = min(len(wanted), len(parts))
    return wanted[-shared:] == parts[-shared:]


def base_relation(statement: Statement, table: Table, alias: str, is_ambiguous: bool) -> Relation:
    """Make a relation of a dataset's table."""
    identity = statement.identity()
    base = statement.bases[identity] = Base(table)
    if is_ambiguous:
        base.reasons.add(AMBIGUOUS_TABLE)
    outputs = tuple(Output(name, frozenset({(identity, name)}), name) for name in table.columns)
    return Relation(identity, alias.lower(), outputs, ("base", table.dataset))
