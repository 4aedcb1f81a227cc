"""Statements that differ in their values alone → one reading for all of them, filled with each one's own values.

An application asks for one record at a time, a hundred thousand times. A value that is only compared goes through a
reading untouched, so such texts are read once, with signs in the places of their values. Which values those are the
tree tells; every other one (a limit, a pattern, an array) belongs to the shape. This room knows where values stand;
what a statement means is told elsewhere, and the first of a shape is read both ways before the shape is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from sqlglot import exp

from pipeline.statements.expressions import mark_name, read_parameters
from pipeline.statements.plans import bases_in, write_plan
from pipeline.statements.reading import Node, Reading, Schema
from pipeline.statements.statement import read_statement
from pipeline.statements.text import parse

# Comments and quoted names stay; then plain strings and whole numbers, which are lifted; then any other string.
_TOKENS = re.compile(
    r"--[^\n]*|/\*.*?\*/|\"[^\"]*\"|`[^`]*`"
    r"|(?<![\w$@])'([^'\\\r\n]{1,200})'(?!')|(?<![\w.$:@?\"`'])(\d{1,15})(?![\w.'])|'(?:''|[^'])*'",
    re.S,
)
# Where databases disagree about the end of a string, nothing is lifted.
_UNCLEAR = re.compile(r"\\|#|\$\w*\$|\x01|zq\d{5}c7f1e9|73\d{5}918273645")
_SIGNS = re.compile(r"zq(\d{5})c7f1e9|73(\d{5})918273645")
_LONGEST, _MOST_VALUES = 20_000, 200
_MOST_SHAPES = 20_000
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)
_PLACES = (exp.Where, exp.Join, exp.Select, exp.Having, exp.Order, exp.Limit, exp.Offset, exp.Fetch, exp.Table)
_WRAPPERS = (exp.Paren, exp.Cast)

Pieces = tuple[str | int, ...]
"""A plan's text, cut where values stand: an integer is the place of a value."""


@dataclass(frozen=True, slots=True)
class Told:
    """A reading that statements of one shape share, the text of each delivery's plan, and the datasets these ask."""

    reading: Reading
    plans: tuple[Pieces | None, ...]
    replayed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asking:
    """What belongs to a statement beside its text."""

    dialect: str
    database: str | None = None
    zone: str = "UTC"
    defining: str | None = None
    taken: tuple[int, int | None] | None = None


@dataclass
class Shapes:
    """Readings of one incident's statements, by their shape."""

    schema: Schema
    held: dict[Any, tuple[int, ...] | None] = field(default_factory=dict)
    """Shape → the places of values that belong to it; null until it comes a second time."""
    known: dict[Any, Told | bool] = field(default_factory=dict)
    """Shape with its values → its reading; false where it cannot be shared, true until it comes a second time."""

    def read(self, text: str, parameters: str | None, asking: Asking) -> tuple[Told, Sequence[str]]:
        """Read a statement: what is told of its shape, and the values to fill its plans with. Never raises."""
        pieces, lifted = _lift(text)
        bound = read_parameters(parameters)
        values = [*lifted, *(str(node[1]) if len(node) > 1 else "" for node in bound.values())]
        if not values:
            return self._alone(text, parameters, asking), ()
        shape = (pieces, asking, tuple((name, node[0]) for name, node in bound.items()))
        if shape not in self.held:
            _bound(self.held)[shape] = None
            return self._alone(text, parameters, asking), ()
        places = self.held[shape]
        if places is None:
            places = self.held[shape] = _held(pieces, lifted, bound, asking)
        if len(places) == len(values):
            return self._alone(text, parameters, asking), ()
        key = (shape, tuple(values[place] for place in places))
        told = self.known.get(key)
        if told is None and places:
            _bound(self.known)[key] = True
        if told is True or (told is None and not places):
            told = _bound(self.known)[key] = self._shared(text, parameters, bound, places, asking) or False
        return (told, values) if isinstance(told, Told) else (self._alone(text, parameters, asking), ())

    def _alone(self, text: str, parameters: str | None, asking: Asking) -> Told:
        return _told(self._read(text, parameters, asking))

    def _read(self, text: str, parameters: str | Mapping[str, Node] | None, asking: Asking) -> Reading:
        return read_statement(
            text, self.schema, asking.dialect, parameters=parameters, database=asking.database, zone=asking.zone,
            defining=asking.defining, taken=asking.taken,
        )  # fmt: skip

    def _shared(
        self, text: str, parameters: str | None, bound: Mapping[str, Node], places: tuple[int, ...], asking: Asking
    ) -> Told | None:
        """Read a shape with signs for its values; None unless that says of this statement what its own reading says."""
        pieces, lifted = _lift(text)
        signed = self._read(_written(pieces, lifted, places), _signed(bound, len(lifted), places), asking)
        own = self._read(text, parameters, asking)
        told = _told(signed, is_signed=True)
        values = [*lifted, *(str(node[1]) if len(node) > 1 else "" for node in bound.values())]
        plans = [None if plan is None else fill(plan, values) for plan in told.plans]
        is_same = _without_plans(signed) == _without_plans(own) and own.reason is None
        return told if is_same and plans == [_plan_text(each.plan) for each in own.deliveries] else None


def fill(plan: Pieces, values: Sequence[str]) -> str:
    """Write a plan with a statement's own values."""
    if len(plan) == 1:
        return str(plan[0])
    return "".join([encode_basestring(values[piece])[1:-1] if isinstance(piece, int) else piece for piece in plan])


def _bound(known: dict[Any, Any]) -> dict[Any, Any]:
    """Forget all shapes rather than fill the memory with them."""
    if len(known) >= _MOST_SHAPES:
        known.clear()
    return known


def _told(reading: Reading, *, is_signed: bool = False) -> Told:
    texts = [_plan_text(each.plan) for each in reading.deliveries]
    plans = tuple(None if text is None else _cut(text) if is_signed else (text,) for text in texts)
    asked = (bases_in((each.plan.query, each.plan.fallback)) for each in reading.deliveries if each.plan is not None)
    return Told(reading, plans, frozenset(name for bases in asked for name in bases.values()))


def _plan_text(plan: Any) -> str | None:
    return None if plan is None else write_plan(plan)


def _without_plans(reading: Reading) -> Reading:
    return replace(reading, deliveries=tuple(replace(each, plan=None) for each in reading.deliveries))


def _cut(text: str) -> Pieces:
    pieces: list[str | int] = []
    end = 0
    for found in _SIGNS.finditer(text):
        pieces += [text[end : found.start()], int(found[1] or found[2])]
        end = found.end()
    return (*pieces, text[end:])


@lru_cache(maxsize=2_000)
def _lift(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take the plain values out of a text: what stands around them (a quote tells a string), and the values."""
    if len(text) > _LONGEST or _UNCLEAR.search(text):
        return (text,), ()
    around: list[str] = []
    values: list[str] = []
    end = 0
    for found in _TOKENS.finditer(text):
        group = found.lastindex
        if group is not None:
            around.append(text[end : found.start(group)])
            values.append(found[group])
            end = found.end(group)
    around.append(text[end:])
    return (tuple(around), tuple(values)) if len(values) <= _MOST_VALUES else ((text,), ())


def _written(pieces: tuple[str, ...], lifted: Sequence[str], held: tuple[int, ...]) -> str:
    """Write a text with signs in the places of its values, but for those that belong to its shape."""
    values = [
        lifted[place] if place in held else _sign(place, _is_number(pieces, place)) for place in range(len(lifted))
    ]
    return "".join(part for pair in zip(pieces, [*values, ""], strict=True) for part in pair)


def _is_number(pieces: tuple[str, ...], place: int) -> bool:
    return not (pieces[place].endswith("'") and pieces[place + 1].startswith("'"))


def _sign(place: int, is_number: bool) -> str:
    return f"73{place:05}918273645" if is_number else f"zq{place:05}c7f1e9"


def _signed(bound: Mapping[str, Node], first: int, held: tuple[int, ...]) -> dict[str, Node]:
    nodes = enumerate(bound.items(), start=first)
    return {
        name: node if place in held or len(node) < 2 else (node[0], _sign(place, node[0] == "number"))
        for place, (name, node) in nodes
    }


def _held(pieces: tuple[str, ...], lifted: Sequence[str], bound: Mapping[str, Node], asking: Asking) -> tuple[int, ...]:
    """Find the places of the values that belong to the shape: all that do not stand in comparisons alone."""
    every = tuple(range(len(lifted) + len(bound)))
    parsed = parse(_written(pieces, lifted, ()), asking.dialect)
    if any(one.kind not in ("query", "assignment", "cursor", "prepare", "quiet") for one in parsed):
        return every
    trees = [one.tree for one in parsed if one.tree is not None]
    if any(tree.find(exp.Group) for tree in trees):
        return every  # what is grouped by is compared with what is selected
    signs = {_sign(place, _is_number(pieces, place)): place for place in range(len(lifted))}
    names = {
        name: len(lifted) + place for place, (name, node) in enumerate(bound.items()) if node[0] in ("text", "number")
    }
    seen: dict[int, list[bool]] = {}
    for tree in trees:
        for node in tree.find_all(exp.Literal, exp.Parameter, exp.Placeholder):
            found = signs.get(node.this) if isinstance(node, exp.Literal) else names.get(mark_name(node))
            if found is not None:
                seen.setdefault(found, []).append(_is_compared(node))
    free = {place for place, where in seen.items() if all(where)}
    free |= {place for place in names.values() if place not in seen}
    free |= {len(lifted) + place for place, node in enumerate(bound.values()) if node[0] == "null"}
    if all(one.kind == "quiet" and isinstance(one.tree, (exp.Insert, exp.Update, exp.Delete)) for one in parsed):
        free = set(every)  # what is written says nothing of what was read
    return tuple(place for place in every if place not in free)


def _is_compared(node: exp.Expr) -> bool:
    """Tell a value that is an operand of a comparison, in a condition of a query or a join."""
    inner, outer = node, node.parent
    while isinstance(outer, _WRAPPERS) and inner is outer.this:
        inner, outer = outer, outer.parent
    if not isinstance(outer, _COMPARISONS):
        return False
    return isinstance(outer.find_ancestor(*_PLACES), (exp.Where, exp.Join))
