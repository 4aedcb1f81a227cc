"""What stands in a FROM → relations: datasets, views, WITH queries, subqueries, and things nobody knows.

This room must not know what a query keeps of the rows; `queries` tells that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from pipeline.statements.reading import AMBIGUOUS_TABLE, Node
from pipeline.statements.scope import (
    NOTHING,
    Base,
    Output,
    Relation,
    Scope,
    Statement,
    base_relation,
    find_tables,
    name_of,
)
from pipeline.statements.text import parse

_MOST_VIEWS = 20
# Parts of a table's mention that change which rows it gives in ways a plan does not know.
_CHANGING = ("sample", "pivots", "version", "when", "changes", "partition", "rows_from", "at", "before")


@dataclass(frozen=True, slots=True)
class Built:
    """A query as read: its plan node (None if its rows cannot be told), and its columns."""

    node: Node | None
    outputs: tuple[Output, ...]
    is_open: bool = False


Ctes = Mapping[str, Built]
Build = Callable[[exp.Query, Scope | None, Ctes], Built]


class Relations:
    """Finds what each name in a FROM stands for; `build` reads the queries among them."""

    def __init__(self, statement: Statement, build: Build) -> None:
        self._statement = statement
        self._build = build

    def of(self, source: exp.Expr, outer: Scope | None, ctes: Ctes) -> tuple[Relation, bool]:
        """Return the relation, and whether it may give fewer rows than its plan says."""
        is_changed = any(source.args.get(part) for part in _CHANGING)
        if isinstance(source, exp.Table):
            return self._table(source, ctes), is_changed
        if isinstance(source, exp.Subquery) and _is_bracket(source.this):
            return self._derived(self._build(_bracketed(source), outer, ctes), source), is_changed
        if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Query):
            return self._derived(self._build(source.this, outer, ctes), source), is_changed
        if (
            isinstance(source, exp.Lateral)
            and isinstance(source.this, exp.Subquery)
            and isinstance(source.this.this, exp.Query)
        ):
            built = self._build(source.this.this, outer, ctes)
            return self._derived(Built(None, built.outputs, built.is_open), source), True
        return self.unknown(source.alias_or_name), True

    def unknown(self, alias: str) -> Relation:
        """Make a relation nobody knows anything of."""
        return Relation(self._statement.identity(), alias.lower(), (), None, is_open=True)

    def _table(self, table: exp.Table, ctes: Ctes) -> Relation:
        if not isinstance(table.this, exp.Identifier):
            self._statement.is_elsewhere = True
            return self.unknown(table.alias_or_name)  # a function that gives rows: a file, a network, a series
        name, alias = name_of(table), table.alias_or_name
        if "." not in name and (known := ctes.get(name.lower())) is not None:
            return self._derived(known, table)
        self._statement.tables[name] = None
        if (view := self._view(name)) is not None:
            return self._derived(view, table)
        found = find_tables(name, self._statement.schema, self._statement.database)
        if not found:
            self._statement.is_elsewhere = self._statement.is_elsewhere or not _is_catalogue(name)
            return self.unknown(alias)
        if len(found) == 1:
            return _renamed(base_relation(self._statement, found[0], alias, False), table)
        return _merged([base_relation(self._statement, each, alias, True) for each in found], self._statement)

    def _view(self, name: str) -> Built | None:
        """Read a view of the incident file in place of its name."""
        statement, wanted = self._statement, name.lower()
        known = {key.lower(): text for key, text in statement.schema.views.items()}
        key = next(
            (key for key in known if wanted == key or wanted.endswith("." + key) or key.endswith("." + wanted)), None
        )
        if key is None or key in statement.views_open or len(statement.views_open) > _MOST_VIEWS:
            return None
        parsed = parse(known[key], statement.dialect)
        if len(parsed) != 1 or not isinstance(parsed[0].tree, exp.Query):
            return None
        statement.views_open = (*statement.views_open, key)
        try:
            return self._build(parsed[0].tree, None, {})
        finally:
            statement.views_open = statement.views_open[:-1]

    def _derived(self, built: Built, source: exp.Expr) -> Relation:
        identity = self._statement.identity()
        outputs = tuple(Output(output.name, output.origins, f"#{place}") for place, output in enumerate(built.outputs))
        node = None if built.node is None else ("query", built.node)
        return _renamed(Relation(identity, source.alias_or_name.lower(), outputs, node, built.is_open), source)


def _is_bracket(inner: exp.Expr) -> bool:
    """Tell brackets around tables that are joined from brackets around a query."""
    is_joined = bool(inner.args.get("joins")) or bool(inner.args.get("alias"))
    return isinstance(inner, exp.Table) or (isinstance(inner, exp.Subquery) and is_joined)


def _bracketed(source: exp.Subquery) -> exp.Select:
    """Write `(a join b on …)` as the query it amounts to."""
    inner = source.this.copy()
    joins = list(inner.args.get("joins") or [])
    inner.set("joins", None)
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=inner), joins=joins)


def _renamed(relation: Relation, source: exp.Expr) -> Relation:
    """Give columns the names that `AS alias (a, b)` gives them."""
    names = list(source.alias_column_names)
    if not names:
        return relation
    outputs = tuple(
        Output(names[place], output.origins, output.place) if place < len(names) else output
        for place, output in enumerate(relation.outputs)
    )
    return Relation(relation.identity, relation.alias, outputs, relation.source, relation.is_open)


def _merged(relations: list[Relation], statement: Statement) -> Relation:
    """One name, several datasets: any of them may have been meant."""
    names = dict.fromkeys(output.name.lower() for relation in relations for output in relation.outputs)
    outputs = tuple(
        Output(name, NOTHING.union(*(found.origins for relation in relations if (found := relation.find(name)))), name)
        for name in names
    )
    for relation in relations:
        statement.bases[relation.identity].reasons.add(AMBIGUOUS_TABLE)
    return Relation(statement.identity(), relations[0].alias, outputs, None)


def _is_catalogue(name: str) -> bool:
    """Tell the database's own tables about its tables, which hold nobody's data."""
    parts = name.lower().split(".")
    return (
        "information_schema" in parts
        or "pg_catalog" in parts
        or parts[-1].startswith(("pg_", "sqlite_", "stl_", "svv_"))
    )


def conditions_of(base: Base) -> Node:
    """Join the conditions that speak of one mention of a table alone."""
    return ("and", *base.conditions)
