"""Plans → SQL over the records' cells, as the most and the least records that a statement may have delivered.

Every query becomes a query whose rows carry, beside the columns somebody reads, the number `rn` of the record they come
from. Where the most and the least cannot be told, `UnsureError` is raised and the plan's fallback stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.statements.conditions import Conditions, Inner, UnsureError
from pipeline.statements.dialects import Dialect
from pipeline.statements.facts import Facts
from pipeline.statements.groups import Group, collected, group_sql
from pipeline.statements.plans import columns_in
from pipeline.statements.ranks import ranked
from pipeline.statements.reading import Node
from pipeline.statements.scalars import Around, Columns, Known, Scalars, worlds
from pipeline.statements.values import Pair, Parameters, Value, joined

# Rows that a join without an equality may look at, so that no statement can make a replay run for ever.
MOST_PAIRS = 20_000_000
_LETTERS = {"text": "c", "number": "n", "instant": "s", "boolean": "b"}


@dataclass(frozen=True, slots=True)
class Cells:
    """A dataset's cells as a table of ours: its columns by place, with what is known of them, and how many rows."""

    table: str
    places: Mapping[str, int]
    facts: Mapping[str, Facts]
    size: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A query in SQL, as the most and the least rows; its columns are named `k0_text` and so on, and `rn`.

    With `has_flag` the most rows say in `is_in` whether they are among the least.
    """

    upper: str
    lower: str
    outputs: tuple[Value | None, ...]
    size: int
    has_flag: bool = False

    @property
    def is_sure(self) -> bool:
        """Tell whether the most and the least are the same."""
        return self.upper == self.lower


@dataclass
class Source:
    """What a SELECT reads: FROM as the most and the least, the columns in reach, and where `rn` stands."""

    upper: str = ""
    lower: str = ""
    columns: dict[tuple[str, str], Value] = field(default_factory=dict)
    record: str = ""
    size: int = 0
    when: str = "true"


@dataclass(frozen=True, slots=True)
class Body:
    """A query's FROM, which begins with `first`, its condition as the most and the least, and where `rn` stands."""

    first: str
    source: str
    record: str
    upper: str
    lower: str


class Compiler:
    """Compiles one plan; `is_dated` asks for the records as they were at `$at`.

    With `is_flat` that is asked in conditions, so that `$at` may be another one for each row.
    """

    def __init__(self, dialect: Dialect, cells: Mapping[str, Cells], is_dated: bool, is_flat: bool = False) -> None:
        self._dialect = dialect
        self._cells = cells
        self._is_dated = is_dated
        self._is_flat = is_flat
        self._names = 0
        self.parameters = Parameters()
        self._scalars = Scalars(dialect, self.parameters)
        self._conditions = Conditions(dialect, self.parameters, self._scalars, self._subquery)

    def query(self, node: Node, wanted: str | None, outer: Columns | None = None) -> Rows:
        """Compile a query; with `wanted`, its rows carry that relation's record numbers."""
        if node[0] == "union":
            return self._union(node, wanted, outer or {})
        if node[0] != "select":
            raise UnsureError
        return self._select(node, wanted, outer or {})

    def body(self, node: Node, wanted: str) -> Body:
        """Compile a query whose FROM holds datasets alone; raises UnsureError where its joins cannot be told."""
        source = self._from(node[1], wanted, {}, node[2])
        if source.upper != source.lower:
            raise UnsureError
        held = self._conditions.condition(node[2], source.columns, {})
        _, identity, base, _ = node[1][0]
        sides = (joined("and", [source.when, side]) for side in (held.upper, held.lower))
        return Body(f"{self._cells[base[1]].table} as {identity}", source.upper, source.record, *sides)

    def condition(self, node: Node, identity: str, dataset: str) -> Pair:
        """Compile a condition on one dataset's records alone."""
        return self._conditions.condition(node, self._columns(identity, dataset), {})

    def _name(self) -> str:
        self._names += 1
        return f"q{self._names}"

    def _columns(self, identity: str, dataset: str) -> dict[tuple[str, str], Value]:
        cells = self._cells[dataset]
        found = {}
        for name, place in cells.places.items():
            facts = cells.facts[name]
            readings = {kind: f"{identity}.{_LETTERS[kind]}{place}" for kind in facts.types}
            found[identity, name] = Value(readings, facts)
        return found

    def _union(self, node: Node, wanted: str | None, outer: Columns) -> Rows:
        _, parts, is_distinct, _, limit, offset = node
        if limit is not None or offset or (is_distinct and wanted is None):
            raise UnsureError
        rows = [self.query(part, wanted if wanted in _inside(part) else None, outer) for part in parts]
        if wanted is not None and any(wanted in _inside(part) for part in parts):
            return next(each for each, part in zip(rows, parts, strict=True) if wanted in _inside(part))
        shared = [_shared(outputs) for outputs in zip(*(each.outputs for each in rows), strict=True)]
        names = ", ".join(
            f"k{place}_{kind}" for place, value in enumerate(shared) if value is not None for kind in value.readings
        )
        upper, lower = (
            " union all ".join(f"select {names or '1'} from ({side}) as {self._name()}" for side in sides)
            for sides in ([each.upper for each in rows], [each.lower for each in rows])
        )
        is_sure = all(each.is_sure for each in rows)
        return Rows(upper, upper if is_sure else lower, tuple(shared), sum(each.size for each in rows))

    def _select(self, node: Node, wanted: str | None, outer: Columns) -> Rows:
        _, relations, where, groups, having, columns, order, limit, offset = node
        source = self._from(relations, wanted, outer, where)
        reach = {**outer, **source.columns}
        held = self._conditions.condition(where, reach, {})
        when = f"{source.when} and " if self._is_flat else ""
        upper = f"from {source.upper} where {when}{held.upper}"
        lower = f"from {source.lower} where {when}{held.lower}"
        body = Pair(upper, upper if source.upper == source.lower and held.upper == held.lower else lower)
        if groups is not None:
            needed = [column for column in columns if column != ("null",)]
            is_plain = having == ("and",) and limit is None and not offset and not needed
            if not is_plain or wanted is None:
                return self._grouped(node, source, body, reach, wanted)
            columns = ()
        outputs = tuple(self._output(column, reach) for column in columns)
        names = _projected(outputs, source.record)
        if limit is None and not offset:
            rows = Pair(f"select {names} {body.upper}", f"select {names} {body.lower}")
        elif body.upper != body.lower:
            raise UnsureError
        else:
            keys = [(self._scalars.value(key, Around(reach, {}, {})), *way) for key, *way in order]
            rows = ranked(f"select {names}", body.upper, keys, limit, offset, self._dialect, self._name)
        if rows.upper == rows.lower:
            rows = Pair(rows.upper, rows.upper)
        is_ranked = limit is not None or bool(offset)
        return Rows(rows.upper, rows.lower, _outputs_of(outputs), source.size, has_flag=is_ranked)

    def _output(self, node: Node, reach: Columns, known: Known | None = None) -> Value | None:
        if node[0] != "column" and len(list(worlds((node,), reach) or [0, 0])) > 1:
            return None
        return self._scalars.value(node, Around(reach, known or {}, {}))

    def _from(self, relations: Node, wanted: str | None, outer: Columns, where: Node) -> Source:
        source = Source()
        for kind, identity, inner, on in relations:
            rows = self._relation(identity, inner, wanted, source)
            links = [*_conjuncts(on), *_conjuncts(where)]
            is_linked = not source.upper or _is_linked(identity, links)
            size = max(source.size, rows.size) if is_linked else source.size * rows.size
            if size > MOST_PAIRS and not is_linked:
                raise UnsureError
            is_bare = self._is_flat and self._is_dated and inner[0] == "base"
            when = f"{identity}.vf <= $at and {identity}.vt > $at" if is_bare else "true"
            self._join(source, kind, rows, on, outer, when)
            source.size = size
        return source

    def _relation(self, identity: str, inner: Node, wanted: str | None, source: Source) -> Rows:
        """Write one relation of a FROM, and put its columns in reach."""
        if inner[0] == "base":
            cells = self._cells[inner[1]]
            is_inside = self._is_dated and not self._is_flat
            dated = f"(select * from {cells.table} where vf <= $at and vt > $at)" if is_inside else cells.table
            source.columns |= self._columns(identity, inner[1])
            source.record = f"{identity}.rn" if identity == wanted else source.record
            return Rows(f"{dated} as {identity}", f"{dated} as {identity}", (), cells.size)
        is_inside = wanted is not None and wanted in _inside(inner[1])
        rows = self.query(inner[1], wanted if is_inside else None)
        source.record = f"{identity}.rn" if is_inside else source.record
        for place, output in enumerate(rows.outputs):
            if output is not None:
                readings = {kind: f"{identity}.{name}" for kind, name in output.readings.items()}
                source.columns[identity, f"#{place}"] = Value(readings, output.facts)
        return Rows(f"({rows.upper}) as {identity}", f"({rows.lower}) as {identity}", (), rows.size)

    def _join(self, source: Source, kind: str, rows: Rows, on: Node, outer: Columns, when: str) -> None:
        if not source.upper:
            source.upper, source.lower, source.when = rows.upper, rows.lower, when
            return
        held = self._conditions.condition(on, {**outer, **source.columns}, {})
        is_sure = held.upper == held.lower and rows.is_sure and source.upper == source.lower
        if kind in ("left", "right", "full") and not is_sure:
            raise UnsureError  # more matches here mean fewer rows without a match
        word = {"cross": "inner", "": "inner"}.get(kind, kind)
        source.upper += f" {word} join {rows.upper} on {joined('and', [when, held.upper])}"
        source.lower += f" {word} join {rows.lower} on {joined('and', [when, held.lower])}"

    def _grouped(self, node: Node, source: Source, body: Pair, reach: Columns, wanted: str | None) -> Rows:
        """Write a GROUP BY: the groups that pass HAVING and LIMIT, and the records in them."""
        _, _, _, groups, having, columns, order, limit, offset = node
        if body.upper != body.lower:
            raise UnsureError
        around = Around(reach, {}, {})
        asked = tuple(collected((having, columns, order)))
        group = Group(groups, tuple(self._scalars.value(key, around) for key in groups), asked,
                      tuple(self._scalars.value(each[3], around) for each in asked))  # fmt: skip
        members, every = self._name(), self._name()
        written = group_sql(group, members, every, body.upper, source.record, self._dialect)
        held = self._conditions.condition(having, {}, written.known)
        outputs = tuple(self._output(column, {}, written.known) for column in columns)
        names = _projected(outputs, f"{members}.rn" if wanted is not None else "")
        link = f" inner join {members} on {written.link}" if wanted is not None else ""
        if limit is None and not offset:
            sides = [
                f"{written.ctes} select {names} from {every}{link} where {side}" for side in (held.upper, held.lower)
            ]
            return Rows(sides[0], sides[1], _outputs_of(outputs), source.size)
        if held.upper != held.lower:
            raise UnsureError
        keys = [(self._scalars.value(key, Around({}, written.known, {})), *way) for key, *way in order]
        top = ranked(
            f"select {every}.*", f"from {every} where {held.upper}", keys, limit, offset, self._dialect, self._name
        )
        sides = [f"{written.ctes} select {names} from ({side}) as {every}{link}" for side in (top.upper, top.lower)]
        return Rows(sides[0], sides[1], _outputs_of(outputs), source.size)

    def _subquery(self, node: Node, reach: Columns) -> Inner:
        """Compile a query inside a condition, which may speak of the columns around it."""
        rows = self.query(node, None, reach)
        largest = max((cells.size for cells in self._cells.values()), default=0)
        inside = _inside_all(node)
        is_bound = any(owner not in inside for owner, _ in columns_in(node))
        conjuncts = list(_conjuncts(node[2])) if node[0] == "select" else []
        is_linked = any(_is_linked(identity, conjuncts, inside) for identity in inside)
        if is_bound and not is_linked and rows.size * largest > MOST_PAIRS:
            raise UnsureError
        alias = self._name()
        columns = tuple(
            None
            if output is None
            else Value({kind: f"{alias}.{name}" for kind, name in output.readings.items()}, output.facts)
            for output in rows.outputs
        )
        return Inner(rows.upper, rows.lower, columns, alias)


def _projected(outputs: tuple[Value | None, ...], record: str) -> str:
    names = [
        f"{sql} as k{place}_{kind}"
        for place, output in enumerate(outputs)
        if output is not None
        for kind, sql in output.readings.items()
    ]
    return ", ".join([*names, f"{record} as rn"] if record else names) or "1 as one"


def _outputs_of(outputs: tuple[Value | None, ...]) -> tuple[Value | None, ...]:
    """Refer to columns by the names that a query gives them."""
    return tuple(
        None if output is None else Value({kind: f"k{place}_{kind}" for kind in output.readings}, output.facts)
        for place, output in enumerate(outputs)
    )


def _shared(outputs: tuple[Value | None, ...]) -> Value | None:
    held = [output for output in outputs if output is not None]
    if len(held) < len(outputs):
        return None
    kinds = [kind for kind in held[0].readings if all(kind in output.readings for output in held)]
    if any(output.facts.is_blank_unclear for output in held):
        return None
    return Value({kind: held[0].readings[kind] for kind in kinds}, Facts()) if kinds else None


def _inside(node: Node) -> set[str]:
    """List the relations whose records a query's rows come from."""
    if node[0] == "union":
        return set().union(*(_inside(part) for part in node[1]))
    found: set[str] = set()
    for _, identity, source, _ in node[1]:
        found |= {identity} if source[0] == "base" else _inside(source[1])
    return found


def _inside_all(node: Any) -> set[str]:
    """List every relation named anywhere inside a query."""
    found: set[str] = set()
    if isinstance(node, tuple) and node[:1] != ("values",):
        if node[:1] == ("select",):
            found |= {relation[1] for relation in node[1]}
        for part in node:
            found |= _inside_all(part)
    return found


def _conjuncts(node: Node) -> Iterator[Node]:
    if node[:1] == ("and",):
        for part in node[1:]:
            yield from _conjuncts(part)
    else:
        yield node


def _is_linked(identity: str, conjuncts: list[Node], inside: set[str] | None = None) -> bool:
    """Tell whether an equality ties a relation to another, so that a join need not look at every pair."""
    for node in conjuncts:
        if node[0] == "compare" and node[1] == "=":
            left, right = ({owner for owner, _ in columns_in(side)} for side in node[2:])
            for one, other in ((left, right), (right, left)):
                if one == {identity} and other and identity not in other and not (inside and other & inside):
                    return True
    return False
