"""Queries → plan nodes and what their columns hand out.

A SELECT becomes `("select", relations, where, groups, having, columns, order, limit, offset)`, a UNION
`("union", parts, is_distinct, order, limit, offset)`. What this room cannot tell of the rows it says with a `maybe`, so
that a plan never keeps fewer rows than the database did.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from pipeline.statements.dialects import dialect_of
from pipeline.statements.expressions import MAYBE, TRUE, Expressions
from pipeline.statements.lineage import PICKING, handed_out, is_aggregate, names_somebody, of_groups
from pipeline.statements.reading import UNREAD_PREDICATE, Node
from pipeline.statements.relations import Built, Ctes, Relations
from pipeline.statements.scope import NOTHING, Origins, Output, Relation, Scope, Statement
from pipeline.statements.taking import limits_of

_MOST_DISTINCT = 12
# The clauses that are read here; any other may leave rows out.
_CLAUSES = frozenset(
    {"expressions", "from_", "joins", "laterals", "where", "group", "having", "order", "limit", "offset", "distinct"}
    | {"with_", "into", "hint", "locks", "kind", "operation_modifiers", "windows"}
)
Joined = tuple[str, Relation, Node]


class Queries:
    """Reads the queries of one statement."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._relations = Relations(statement, self.build)
        self._expressions = Expressions(dialect_of(statement.dialect), statement.parameters, self._inner)
        self._ctes: list[Ctes] = [{}]

    def build(self, tree: exp.Query, outer: Scope | None, ctes: Ctes) -> Built:
        """Read a query with the WITH queries it may name."""
        ctes = self._with(tree, outer, ctes)
        self._ctes.append(ctes)
        try:
            if isinstance(tree, exp.Subquery):
                return self._wrapped(tree, outer, ctes)
            if isinstance(tree, exp.SetOperation):
                return self._union(tree, outer, ctes)
            if isinstance(tree, exp.Select):
                return self._select(tree, outer, ctes)
            return Built(None, (), is_open=True)
        finally:
            self._ctes.pop()

    def _inner(self, query: exp.Query, scope: Scope) -> Node:
        built = self.build(query, scope, self._ctes[-1])
        return ("opaque",) if built.node is None else built.node

    def _handed(self, query: exp.Query, scope: Scope) -> Origins:
        return NOTHING.union(*(output.origins for output in self.build(query, scope, self._ctes[-1]).outputs))

    def _with(self, tree: exp.Query, outer: Scope | None, ctes: Ctes) -> Ctes:
        clause = tree.args.get("with_")
        if clause is None:
            return ctes
        known = dict(ctes)
        for cte in clause.expressions:
            name = cte.alias.lower()
            if not isinstance(cte.this, exp.Query):
                known[name] = Built(None, (), is_open=True)
                continue
            inner = cte.this.unnest()
            if clause.args.get("recursive") and isinstance(inner, exp.SetOperation):
                # what it gathers step by step is not followed: its values count, its rows are left open
                first = self.build(inner.left, outer, known)
                known[name] = Built(None, _named(first.outputs, cte), first.is_open)
                both = self.build(inner, outer, known)
                known[name] = Built(None, _named(both.outputs, cte), both.is_open)
            else:
                built = self.build(cte.this, outer, known)
                known[name] = Built(built.node, _named(built.outputs, cte), built.is_open)
        return known

    def _wrapped(self, tree: exp.Subquery, outer: Scope | None, ctes: Ctes) -> Built:
        if not isinstance(tree.this, exp.Query):
            return Built(None, (), is_open=True)
        built = self.build(tree.this, outer, ctes)
        if tree.args.get("limit") or tree.args.get("offset"):
            return Built(None, built.outputs, built.is_open)
        return built

    def _union(self, tree: exp.SetOperation, outer: Scope | None, ctes: Ctes) -> Built:
        parts = [self.build(part, outer, ctes) for part in _branches(tree)]
        if not isinstance(tree, exp.Union):
            left = parts[0]
            return Built(None, left.outputs, left.is_open)
        width = max(len(part.outputs) for part in parts)
        outputs = tuple(_together(parts, place) for place in range(width))
        nodes = [part.node for part in parts]
        limit, offset, is_known = limits_of(tree)
        order = self._order(tree, outputs, None)
        if any(node is None for node in nodes) or not is_known or len({len(part.outputs) for part in parts}) > 1:
            return Built(None, outputs, any(part.is_open for part in parts))
        is_distinct = any(node.args.get("distinct") for node in tree.find_all(exp.Union))
        return Built(("union", tuple(nodes), is_distinct, order, limit, offset), outputs)

    def _select(self, tree: exp.Select, outer: Scope | None, ctes: Ctes) -> Built:
        joined, is_changed = self._from(tree, outer, ctes)
        scope = Scope(tuple(relation for _, relation, _ in joined), outer)
        where = [self._expressions.predicate(tree.args["where"].this, scope)] if tree.args.get("where") else []
        self._note_conditions(joined, where)
        if is_changed or any(part and name not in _CLAUSES for name, part in tree.args.items()):
            where.append(MAYBE)
        items = list(self._items(tree, scope))
        outputs, columns = tuple(output for output, _ in items), tuple(node for _, node in items)
        limit, offset, is_known = limits_of(tree)
        if not is_known:
            where.append(MAYBE)
        groups, having = self._groups(tree, scope, outputs, columns)
        distinct = tree.args.get("distinct")
        if distinct is not None and (distinct.args.get("on") is not None or groups is not None or not _plain(columns)):
            if distinct.args.get("on") is not None or limit is not None:
                where.append(MAYBE)
        elif distinct is not None:
            groups = columns
        order = self._order(tree, outputs, scope, columns)
        known = tuple((kind, each.identity, each.source, on) for kind, each, on in joined if each.source is not None)
        if not known:
            return Built(None, outputs, scope_is_open(joined))
        node = ("select", known, ("and", *where), groups, having, columns, order, limit, offset)
        return Built(node, outputs, scope_is_open(joined))

    # FROM

    def _from(self, tree: exp.Select, outer: Scope | None, ctes: Ctes) -> tuple[list[Joined], bool]:
        """List what is joined, and tell whether something unknown may have left rows out."""
        first = tree.args.get("from_")
        sources = [("", first.this, None)] if first is not None else []
        joins = [*(tree.args.get("joins") or []), *(tree.args.get("laterals") or [])]
        sources += [(_kind(join), join.this if isinstance(join, exp.Join) else join, join) for join in joins]
        found: list[Joined] = []
        is_changed = False
        while sources:
            kind, source, join = sources.pop(0)
            around = Scope(tuple(relation for _, relation, _ in found), outer)
            relation, is_fewer = self._relations.of(source, around if isinstance(source, exp.Lateral) else outer, ctes)
            inner = [(_kind(part), part.this, part) for part in source.args.get("joins") or []]
            sources = inner + sources
            scope = Scope((*around.relations, relation), outer)
            on = self._on(join, scope, relation)
            is_optional = kind == "left" and relation.source is None
            is_changed = is_changed or (not is_optional and (is_fewer or relation.source is None))
            is_changed = is_changed or kind not in ("", "inner", "cross", "left", "right", "full")
            found.append((kind or "cross", relation, on))
        return found, is_changed

    def _on(self, join: exp.Expr | None, scope: Scope, relation: Relation) -> Node:
        if not isinstance(join, exp.Join):
            return TRUE
        if join.args.get("method") == "NATURAL" or str(join.args.get("method") or "") == "ASOF":
            return MAYBE
        if join.args.get("using"):
            pairs = []
            for name in join.args["using"]:
                left, right = Scope(scope.relations[:-1]).resolve(exp.column(name.name)), relation.find(name.name)
                if left is None or right is None or left[0].source is None or relation.source is None:
                    return MAYBE
                sides = (("column", left[0].identity, left[1].place), ("column", relation.identity, right.place))
                pairs.append(("compare", "=", *sides))
            return ("and", *pairs)
        return self._expressions.predicate(join.args.get("on"), scope)

    def _note_conditions(self, joined: list[Joined], where: list[Node]) -> None:
        """Keep, for each dataset's table, the conditions that speak of it alone: the least that is sure."""
        sure = [*where, *(on for kind, _, on in joined if kind in ("inner", "cross"))]
        for conjunct in (part for node in sure for part in _conjuncts(node)):
            named = _named_relations(conjunct)
            if len(named) == 1 and (base := self._statement.bases.get(next(iter(named)))) is not None:
                base.conditions.append(conjunct)

    # SELECT

    def _items(self, tree: exp.Select, scope: Scope) -> Iterable[tuple[Output, Node]]:
        is_grouping = tree.args.get("group") is not None or any(is_aggregate(item) for item in tree.expressions)
        is_fine = is_grouping and self._is_fine(tree, scope)
        for item in tree.expressions:
            inner = item.unalias()
            star = inner if isinstance(inner, exp.Star) else inner.this if isinstance(inner, exp.Column) else None
            if isinstance(star, exp.Star):
                yield from self._star(inner, star, scope)
                continue
            origins = self._origins(inner, scope, is_grouping, is_fine, tree)
            yield Output(item.alias_or_name, origins, ""), self._expressions.value(inner, scope)

    def _origins(self, item: exp.Expr, scope: Scope, is_grouping: bool, is_fine: bool, tree: exp.Select) -> Origins:
        if isinstance(item, exp.Column) and scope.resolve(item) is None and scope.relation(item.name) is None:
            return self._missing(item, scope)
        if not is_grouping:
            return handed_out(item, scope, self._handed)
        if is_aggregate(item):
            fine, always = of_groups(item, scope, self._handed)
            if not is_fine and any(isinstance(part, PICKING) for part in item.walk()):
                always |= self._naming(fine)
                for identity, _ in always:
                    self._statement.bases[identity].reasons.add(UNREAD_PREDICATE)
            return fine if is_fine else always
        grouped = _grouped(tree)
        is_key = any(item == key or item.sql() == key.sql() for key in grouped)
        return handed_out(item, scope, self._handed) if is_fine or not is_key else NOTHING

    def _missing(self, item: exp.Column, scope: Scope) -> Origins:
        """Say which tables may hold a column that no export has: it was delivered, whatever it held."""
        if scope.is_open and not item.table:
            return NOTHING
        bases = [each for each in scope.relations if each.identity in self._statement.bases]
        meant = [each for each in bases if not item.table or each.alias == item.table.lower()]
        return frozenset((each.identity, item.name) for each in meant)

    def _naming(self, origins: Origins) -> Origins:
        bases = self._statement.bases
        return frozenset((base, name) for base, name in origins if name in bases[base].table.naming)

    def _is_fine(self, tree: exp.Select, scope: Scope) -> bool:
        """Tell whether the groups name people: one group for each value of a key or an identifier."""
        if any(
            scope.parent is not None and scope.parent.resolve(column) and not Scope(scope.relations).resolve(column)
            for column in tree.find_all(exp.Column)
        ):
            return True  # worked out once for each row of the query around it
        keys = [key for key in _grouped(tree) if names_somebody(key)]
        return any(self._naming(handed_out(key, scope, self._handed)) for key in keys)

    def _star(self, item: exp.Expr, star: exp.Star, scope: Scope) -> Iterable[tuple[Output, Node]]:
        only = item.table.lower() if isinstance(item, exp.Column) else None
        left_out = {part.name.lower() for part in star.args.get("except_") or []}
        for relation in scope.relations:
            # a bracket without a name of its own leaves the names inside it in reach: all of it may be meant
            if only is None or relation.alias in (only, ""):
                for output in relation.outputs:
                    if output.name.lower() not in left_out:
                        is_known = relation.source is not None
                        yield output, ("column", relation.identity, output.place) if is_known else ("unknown",)

    def _groups(
        self, tree: exp.Select, scope: Scope, outputs: tuple[Output, ...], columns: tuple[Node, ...]
    ) -> tuple[tuple[Node, ...] | None, Node]:
        group, having = tree.args.get("group"), tree.args.get("having")
        is_grouping = group is not None or any(is_aggregate(item) for item in tree.expressions)
        if not is_grouping:
            return None, TRUE
        condition = self._expressions.predicate(having.this, scope) if having is not None else TRUE
        if group is not None and any(value for key, value in group.args.items() if key != "expressions"):
            return (("unknown",),), condition  # cubes and rollups
        keys = tuple(self._by_place(item, scope, outputs, columns) for item in (group.expressions if group else ()))
        return keys, condition

    def _by_place(
        self, item: exp.Expr, scope: Scope | None, outputs: tuple[Output, ...], columns: tuple[Node, ...]
    ) -> Node:
        """Read an item of GROUP BY or ORDER BY: a place in the select list, an expression, or a column's new name."""
        if isinstance(item, exp.Literal) and not item.is_string and item.this.isdigit():
            place = int(item.this) - 1
            return columns[place] if 0 <= place < len(columns) else ("unknown",)
        found = self._expressions.value(item, scope) if scope is not None else ("unknown",)
        if found == ("unknown",) and isinstance(item, exp.Column):
            names = [output.name.lower() for output in outputs]
            return columns[names.index(item.name.lower())] if item.name.lower() in names else found
        return found

    def _order(
        self, tree: exp.Query, outputs: tuple[Output, ...], scope: Scope | None, columns: tuple[Node, ...] | None = None
    ) -> tuple[Node, ...]:
        order = tree.args.get("order")
        if order is None:
            return ()
        places = tuple(("position", place) for place in range(len(outputs))) if columns is None else columns
        names = [output.name.lower() for output in outputs]
        found = []
        for item in order.expressions:
            inner, name = item.this, item.this.name.lower() if isinstance(item.this, exp.Column) else ""
            is_alias = name and not inner.table and name in names
            node = places[names.index(name)] if is_alias else self._by_place(inner, scope, outputs, places)
            found.append((node, bool(item.args.get("desc")), bool(item.args.get("nulls_first"))))
        return tuple(found)


def scope_is_open(joined: list[Joined]) -> bool:
    """Tell whether something joined may have columns nobody knows."""
    return any(relation.is_open for _, relation, _ in joined)


def _kind(join: exp.Expr) -> str:
    """Name a join: inner, cross, left, right, full, or what it is called where plans do not know it."""
    if not isinstance(join, exp.Join):
        return "lateral"
    side, kind = str(join.args.get("side") or "").lower(), str(join.args.get("kind") or "").lower()
    if kind in ("", "inner", "outer") and side in ("left", "right", "full"):
        return side
    if kind in ("", "inner", "cross") and not side:
        return "inner" if join.args.get("on") or join.args.get("using") or join.args.get("method") else "cross"
    return kind or side


def _grouped(tree: exp.Select) -> list[exp.Expr]:
    group = tree.args.get("group")
    keys: list[exp.Expr] = []
    for key in group.find_all(exp.Expr) if group is not None else ():
        if key.parent is group or isinstance(key.parent, (exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple)):
            keys.append(_meant(key, tree))
    return keys


def _meant(key: exp.Expr, tree: exp.Select) -> exp.Expr:
    """Follow a place or a new name in GROUP BY to the expression it stands for."""
    items: list[exp.Expr] = list(tree.expressions)
    if isinstance(key, exp.Literal) and not key.is_string and key.this.isdigit() and 0 < int(key.this) <= len(items):
        return items[int(key.this) - 1].unalias()
    if isinstance(key, exp.Column) and not key.table:
        for item in items:
            if isinstance(item, exp.Alias) and item.alias.lower() == key.name.lower():
                return item.unalias()
    return key


def _branches(tree: exp.SetOperation) -> list[exp.Query]:
    """List a chain of unions from left to right; other set operations have two sides."""
    branches: list[exp.Query] = []
    node: exp.Expr = tree
    while type(node) is type(tree) and isinstance(node, exp.SetOperation):
        branches.append(node.expression)
        node = node.this
        is_limited = any(node.args.get(part) for part in ("limit", "offset", "with_"))
        if not isinstance(tree, exp.Union) or is_limited:
            break
    return [node, *reversed(branches)] if isinstance(node, exp.Query) else list(reversed(branches))


def _together(parts: list[Built], place: int) -> Output:
    held = [part.outputs[place] for part in parts if place < len(part.outputs)]
    return Output(held[0].name, NOTHING.union(*(output.origins for output in held)), f"#{place}")


def _named(outputs: tuple[Output, ...], cte: exp.Expr) -> tuple[Output, ...]:
    names = list(cte.alias_column_names)
    return tuple(
        Output(names[place], output.origins, output.place) if place < len(names) else output
        for place, output in enumerate(outputs)
    )


def _plain(columns: tuple[Node, ...]) -> bool:
    return len(columns) <= _MOST_DISTINCT and ("unknown",) not in columns


def _conjuncts(node: Node) -> Iterable[Node]:
    if node[:1] == ("and",):
        for part in node[1:]:
            yield from _conjuncts(part)
    else:
        yield node


def _named_relations(node: Node) -> set[str]:
    """List the relations a condition speaks of; none for one with a query or something unknown inside."""
    named: set[str] = set()
    waiting: list[object] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            if item[:1] == ("column",):
                named.add(str(item[1]))
            elif item[:1] in (("exists",), ("within",), ("maybe",), ("unknown",)):
                return set()
            else:
                waiting.extend(item)
    return named
