"""Scalar plan nodes → values in SQL. A kind that is not here has no value, and what compares it is a `maybe`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from pipeline.statements.dialects import FOLDED, Dialect
from pipeline.statements.facts import NUMBER, STAMP, Facts
from pipeline.statements.reading import Node
from pipeline.statements.values import Parameters, Value, number_literal, text_literal, with_blank

_MOST_UNCLEAR = 2
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
TODAY = "date_trunc('day', cast($now as timestamp))"

# (relation, column) → its value, in whatever SQL surrounds it.
Columns = Mapping[tuple[str, str], Value]
# Nodes already worked out: group keys and aggregates.
Known = Mapping[Node, Value]


@dataclass(frozen=True, slots=True)
class Around:
    """What a scalar may refer to: the columns in reach, and how their unclear blanks are read."""

    columns: Columns
    known: Known
    blanks: Mapping[tuple[str, str], bool]


def worlds(nodes: tuple[Node, ...], columns: Columns) -> Iterator[dict[tuple[str, str], bool]] | None:
    """Go through every way to read the unclear blanks of the columns in some nodes; None if there are too many."""
    unclear = list(dict.fromkeys(
        key for key in _columns_in(nodes) if (value := columns.get(key)) is not None and value.facts.is_blank_unclear
    ))  # fmt: skip
    if len(unclear) > _MOST_UNCLEAR:
        return None
    return (dict(zip(unclear, readings, strict=True)) for readings in product((False, True), repeat=len(unclear)))


def _columns_in(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, tuple):
        if node[:1] == ("column",):
            yield node[1], node[2]
        elif node[:1] not in (("values",), ("text",)):
            for part in node:
                yield from _columns_in(part)


class Scalars:
    """Turns scalar nodes into values for one plan."""

    def __init__(self, dialect: Dialect, parameters: Parameters) -> None:
        self._dialect = dialect
        self._parameters = parameters

    def value(self, node: Node, around: Around) -> Value | None:
        """Return a node's value, or None for one that cannot be worked out."""
        if node in around.known:
            return around.known[node]
        method = getattr(self, f"_{node[0]}", None) if node[0] in _KINDS else None
        found = method(node, around) if method is not None else None
        return found if found is not None and found.readings else None

    def _column(self, node: Node, around: Around) -> Value | None:
        value = around.columns.get((node[1], node[2]))
        if value is None:
            return None
        if self._dialect.is_blank_null and value.facts.has_blank:
            return with_blank(value, True)
        return with_blank(value, around.blanks[node[1], node[2]]) if (node[1], node[2]) in around.blanks else value

    def _text(self, node: Node, _: Around) -> Value | None:
        if node[1] == "" and self._dialect.is_blank_null:
            return self._null(node, _)
        return text_literal(node[1].replace("\x00", ""), self._parameters)

    def _number(self, node: Node, _: Around) -> Value | None:
        return number_literal(node[1], self._parameters)

    def _null(self, _: Node, __: Around) -> Value:
        kinds = {"text": "varchar", "number": NUMBER, "instant": STAMP, "boolean": "boolean"}
        return Value({name: f"cast(null as {kind})" for name, kind in kinds.items()}, Facts(), None, False)

    def _boolean(self, node: Node, _: Around) -> Value:
        return Value({"boolean": "true" if node[1] else "false"}, Facts(has_null=False, has_blank=False), None, True)

    def _now(self, _: Node, __: Around) -> Value:
        return Value({"instant": "cast($now as timestamp)"}, Facts(has_null=False, has_blank=False), None, True)

    def _today(self, _: Node, __: Around) -> Value:
        return Value({"instant": TODAY}, Facts(has_null=False, has_blank=False), None, True)

    def _shift(self, node: Node, around: Around) -> Value | None:
        start, count, unit = self.value(node[1], around), int(node[2]), node[3]
        if start is None or "instant" not in start.readings:
            return None
        sql = f"({start.readings['instant']} + to_{unit}s({count}))"
        return Value({"instant": sql}, _derived(start.facts), None, start.is_literal)

    def _cast(self, node: Node, around: Around) -> Value | None:
        kind, value = node[1], self.value(node[2], around)
        if value is None:
            return None
        facts = _derived(value.facts)
        if kind == "date" and "instant" in value.readings:
            return Value({"instant": f"date_trunc('day', {value.readings['instant']})"}, facts, None, value.is_literal)
        if kind in ("instant", "number") and kind in value.readings:
            return Value({kind: value.readings[kind]}, facts, None, value.is_literal)
        if kind == "whole" and "number" in value.readings and value.facts.is_canonical:
            return Value({"number": value.readings["number"]}, value.facts, None, value.is_literal)
        if kind == "text" and "text" in value.readings and _keeps_text(value):
            return Value(
                {"text": value.readings["text"]}, replace(value.facts, declared="text"), None, value.is_literal
            )
        return None

    def _arithmetic(self, node: Node, around: Around) -> Value | None:
        left, right = self.value(node[2], around), self.value(node[3], around)
        if left is None or right is None or "number" not in left.readings or "number" not in right.readings:
            return None
        if node[1] not in ("+", "-", "*"):
            return None
        sql = f"(cast({left.readings['number']} as double) {node[1]} cast({right.readings['number']} as double))"
        if node[1] != "*" and left.facts.is_canonical and right.facts.is_canonical:
            sql = f"({left.readings['number']} {node[1]} {right.readings['number']})"
        return Value({"number": sql}, _derived(left.facts, right.facts), None, left.is_literal and right.is_literal)

    def _lower(self, node: Node, around: Around) -> Value | None:
        return self._changed(node[1], around, "lower", (_UPPER, _LOWER))

    def _upper(self, node: Node, around: Around) -> Value | None:
        return self._changed(node[1], around, "upper", (_LOWER, _UPPER))

    def _changed(self, inner: Node, around: Around, function: str, letters: tuple[str, str]) -> Value | None:
        value = self.value(inner, around)
        if value is None or "text" not in value.readings:
            return None
        text = value.readings["text"]
        sql = f"{function}({text})"
        if self._dialect.is_ascii_folding:
            sql = f"translate({text}, '{letters[0]}', '{letters[1]}')"
        elif not value.facts.is_ascii and self._dialect.collation == FOLDED:
            return None
        return Value({"text": sql}, _derived(value.facts), None, value.is_literal)

    def _trim(self, node: Node, around: Around) -> Value | None:
        functions = {"both": "trim", "leading": "ltrim", "trailing": "rtrim"}
        value = self.value(node[2], around)
        if value is None or "text" not in value.readings or node[1] not in functions:
            return None
        sql = f"{functions[node[1]]}({value.readings['text']}, ' ')"
        return Value({"text": sql}, _derived(value.facts), None, value.is_literal)

    def _length(self, node: Node, around: Around) -> Value | None:
        value = self.value(node[1], around)
        if value is None or "text" not in value.readings or not (value.facts.is_ascii or value.facts.is_plain):
            return None
        if self._dialect.parser == "tsql":  # its LEN counts no trailing blanks
            return Value({"number": f"length(rtrim({value.readings['text']}))"}, _derived(value.facts))
        return Value({"number": f"length({value.readings['text']})"}, _derived(value.facts), None, value.is_literal)

    def _coalesce(self, node: Node, around: Around) -> Value | None:
        return self._combined(node[1:], around, lambda parts: f"coalesce({', '.join(parts)})")

    def _concat(self, node: Node, around: Around) -> Value | None:
        values = [self.value(part, around) for part in node[1:]]
        if any(value is None or "text" not in value.readings or not _keeps_text(value) for value in values):
            return None
        if self._dialect.is_blank_null:  # there null adds nothing
            return None
        held = [value for value in values if value is not None]
        sql = "(" + " || ".join(value.readings["text"] for value in held) + ")"
        return Value({"text": sql}, _derived(*(value.facts for value in held)))

    def _combined(self, nodes: Node, around: Around, write: Any) -> Value | None:
        values = [self.value(part, around) for part in nodes]
        held = [value for value in values if value is not None]
        if len(held) != len(values) or not held:
            return None
        shared = [kind for kind in held[0].readings if all(kind in value.readings for value in held)]
        readings = {kind: write([value.readings[kind] for value in held]) for kind in shared}
        return Value(readings, _derived(*(value.facts for value in held)))

    def _part(self, node: Node, around: Around) -> Value | None:
        value = self.value(node[2], around)
        if value is None or "instant" not in value.readings or node[1] not in ("year", "month", "day"):
            return None
        return Value(
            {"number": f"{node[1]}({value.readings['instant']})"}, _derived(value.facts), None, value.is_literal
        )

    def _substring(self, node: Node, around: Around) -> Value | None:
        value = self.value(node[1], around)
        if value is None or "text" not in value.readings or not _keeps_text(value):
            return None
        places = ", ".join(str(int(place)) for place in node[2:])
        sql = f"substring({value.readings['text']}, {places})"
        return Value({"text": sql}, _derived(value.facts), None, value.is_literal)


_KINDS = frozenset(
    {"column", "text", "number", "null", "boolean", "now", "today", "shift", "cast", "arithmetic", "lower", "upper"}
    | {"trim", "length", "coalesce", "concat", "part", "substring"}
)


def _derived(*facts: Facts) -> Facts:
    """Keep of columns' facts what still holds of something worked out from them."""
    return Facts(
        is_ascii=all(each.is_ascii for each in facts),
        has_null=any(each.has_null for each in facts),
        has_blank=any(each.has_blank for each in facts),
    )


def _keeps_text(value: Value) -> bool:
    """Tell whether a value's text is surely what the export says; a number may be written in another way."""
    if value.is_literal or value.facts.declared == "text" or len(value.readings) == 1:
        return True
    return value.facts.is_canonical or (value.facts.shape in ("date",) and value.facts.declared is None)
