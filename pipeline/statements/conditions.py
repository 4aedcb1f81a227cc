"""Conditions of a plan → SQL, as the most and the least they may be, whether asked to be true or to be false.

SQL's three values are kept: null is neither true nor false, so a condition and its opposite are worked out apart and no
`not` ever stands around a null. A kind of node that is not here is a `maybe`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.statements.dialects import BINARY, FOLDED, Dialect
from pipeline.statements.reading import Node
from pipeline.statements.scalars import Around, Columns, Known, Scalars, worlds
from pipeline.statements.values import (
    PERHAPS,
    Pair,
    Parameters,
    Value,
    any_of,
    compare,
    joined,
    listed,
    sure,
    text_literal,
)

_FEW = 40
_OPPOSITES = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class UnsureError(Exception):
    """A query's rows cannot be told, not even as the most and the least."""


@dataclass(frozen=True, slots=True)
class Inner:
    """A query inside a condition, as the most and the least rows it may have, and its columns there."""

    upper: str
    lower: str
    columns: tuple[Value | None, ...]
    alias: str


Subquery = Callable[[Node, Columns], Inner]


class Conditions:
    """Turns the conditions of one plan into SQL; `subquery` turns the queries inside them."""

    def __init__(self, dialect: Dialect, parameters: Parameters, scalars: Scalars, subquery: Subquery) -> None:
        self._dialect = dialect
        self._parameters = parameters
        self._scalars = scalars
        self._subquery = subquery

    def condition(self, node: Node, columns: Columns, known: Known, is_true: bool = True) -> Pair:
        """Write a condition that holds where `node` is true, or where it is false."""
        kind = node[0]
        if kind in ("and", "or"):
            word = kind if is_true else {"and": "or", "or": "and"}[kind]
            parts = [self.condition(part, columns, known, is_true) for part in node[1:]]
            if not parts:
                return sure("true" if (kind == "and") == is_true else "false")
            return _joined(word, parts)
        if kind == "not":
            return self.condition(node[1], columns, known, not is_true)
        if kind == "sure":
            inner = self.condition(node[1], columns, known)
            held = Pair(f"coalesce({inner.upper}, false)", f"coalesce({inner.lower}, false)")
            return held if is_true else held.negated()
        if kind in ("exists", "within"):
            try:
                return self._with_query(node, columns, known, is_true)
            except UnsureError:
                return PERHAPS
        return self._atom(node, columns, known, is_true)

    def _atom(self, node: Node, columns: Columns, known: Known, is_true: bool) -> Pair:
        """Write one comparison, in every way its unclear blanks may be read."""
        method = {"compare": self._compare, "among": self._among, "like": self._like, "missing": self._missing,
                  "same": self._same, "truth": self._truth}.get(node[0])  # fmt: skip
        ways = worlds(node, columns)
        if method is None or ways is None:
            return PERHAPS
        pairs = []
        for blanks in ways:
            found = method(node, Around(columns, known, blanks))
            pairs.append(PERHAPS if found is None else found if is_true else found.negated())
            if is_true and _heeds_no_blank(node):
                break
        return any_of(pairs)

    def _value(self, node: Node, around: Around) -> Value | None:
        return self._scalars.value(node, around)

    def _compare(self, node: Node, around: Around) -> Pair | None:
        _, operator, left, right = node
        a, b = self._value(left, around), self._value(right, around)
        return None if a is None or b is None or operator not in _OPPOSITES else compare(operator, a, b, self._dialect)

    def _among(self, node: Node, around: Around) -> Pair | None:
        _, inner, kind, held = node
        value, items = self._value(inner, around), held[1:]
        if value is None:
            return None
        if len(items) > 1 and (many := self._among_many(value, kind, items)) is not None:
            return many
        if len(items) > _FEW:
            return None
        parts = []
        for item in items:
            literal = self._value((kind, item), around)
            parts.append(PERHAPS if literal is None else compare("=", value, literal, self._dialect))
        return _joined("or", parts)

    def _among_many(self, value: Value, kind: str, items: Iterable[str]) -> Pair | None:
        """Write a list where one type decides, so that its items can be looked up; None where several may."""
        literals = [text_literal(text, Parameters()) for text in items]
        texts = [each.literal or "" for each in literals]
        if list(value.readings) == ["number"]:
            if not all("number" in each.readings for each in literals):
                return None
            return sure(listed(value.readings["number"], "cast({} as {})", self._parameters.add(texts)))
        is_whole = value.facts.is_canonical and all(each.facts.is_canonical for each in literals)
        is_text = list(value.readings) == ["text"] and kind == "text"
        if "text" not in value.readings or not (is_whole or is_text):
            return None
        text = value.readings["text"]
        mark = self._parameters.add(texts)
        plain = listed(text, "{}", mark)
        if is_whole or self._dialect.collation == BINARY:
            return sure(plain)
        if self._dialect.collation == FOLDED:
            is_plain = value.facts.is_ascii and all(each.facts.is_ascii for each in literals)
            folded = listed(f"lower(rtrim({text}))", "lower(rtrim({}))", mark)
            return Pair(folded, plain) if is_plain else None
        if "uuid" in (value.facts.shape, *(each.facts.shape for each in literals)):
            return Pair(listed(f"lower({text})", "lower({})", mark), plain)
        return sure(plain)

    def _like(self, node: Node, around: Around) -> Pair | None:
        _, inner, pattern, escape, is_folded = node
        value = self._value(inner, around)
        written = _pattern(pattern, escape)
        if value is None or "text" not in value.readings or written is None:
            return None
        if not (value.facts.is_canonical or "number" not in value.readings):
            return None  # how a number is written as text is the database's own affair
        text = value.readings["text"]
        exact = _like_sql(text, written, self._parameters)
        if not is_folded:
            return sure(exact)
        if self._dialect.is_ascii_folding:
            letters = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'"
            return sure(_like_sql(f"translate({text}, {letters})", _ascii_lower(written), self._parameters))
        folded = _like_sql(f"lower({text})", written.lower(), self._parameters)
        if not (value.facts.is_ascii and pattern.isascii()):
            if not pattern.isascii():
                return Pair("true", exact)
            is_plain = f"regexp_full_match({text}, '[ -~]*')"
            sure_of = exact if self._dialect.collation == FOLDED else f"({exact} or ({is_plain} and {folded}))"
            return Pair(joined("or", [folded, f"not {is_plain}"]), sure_of)
        return Pair(folded, exact) if self._dialect.collation == FOLDED else sure(folded)

    def _missing(self, node: Node, around: Around) -> Pair | None:
        value = self._value(node[1], around)
        if value is None:
            return None
        kind = "text" if "text" in value.readings else next(iter(value.readings))
        return sure(f"{value.readings[kind]} is null")

    def _same(self, node: Node, around: Around) -> Pair | None:
        a, b = self._value(node[1], around), self._value(node[2], around)
        if a is None or b is None:
            return None
        equal = compare("=", a, b, self._dialect)
        both = " and ".join(f"{next(iter(value.readings.values()))} is null" for value in (a, b))
        return Pair(*(f"(coalesce({side}, false) or ({both}))" for side in (equal.upper, equal.lower)))

    def _truth(self, node: Node, around: Around) -> Pair | None:
        value = self._value(node[1], around)
        return None if value is None or "boolean" not in value.readings else sure(value.readings["boolean"])

    def _with_query(self, node: Node, columns: Columns, known: Known, is_true: bool) -> Pair:
        inner = self._subquery(node[-1], columns)
        sides = (inner.upper, inner.lower) if is_true else (inner.lower, inner.upper)
        word = "" if is_true else "not "
        if node[0] == "exists":
            upper, lower = (f"{word}exists (select 1 from ({side}) as {inner.alias})" for side in sides)
            return Pair(upper, lower)
        found = inner.columns[0] if inner.columns else None
        value = self._value(node[1], Around(columns, known, {}))
        if found is None or value is None or found.facts.is_blank_unclear or value.facts.is_blank_unclear:
            return PERHAPS
        equal = compare("=", value, found, self._dialect)
        tests = (equal.upper, equal.lower) if is_true else (equal.lower, equal.upper)
        if not is_true and (found.is_nullable or value.is_nullable):
            tests = (f"coalesce({tests[0]}, true)", f"coalesce({tests[1]}, true)")
        upper, lower = (
            f"{word}exists (select 1 from ({side}) as {inner.alias} where {test})"
            for side, test in zip(sides, tests, strict=True)
        )
        return Pair(upper, lower)


def _joined(word: str, parts: list[Pair]) -> Pair:
    """Join conditions; what is always true or false is left out."""
    return Pair(_short(word, [part.upper for part in parts]), _short(word, [part.lower for part in parts]))


def _short(word: str, parts: list[str]) -> str:
    neutral, decisive = ("true", "false") if word == "and" else ("false", "true")
    if decisive in parts:
        return decisive
    return joined(word, [part for part in parts if part != neutral])


def _heeds_no_blank(node: Node) -> bool:
    """Tell conditions that are not true of a blank cell, whether it is a null or an empty text."""
    if node[0] == "compare" and node[1] == "=":
        sides = {node[2][0], node[3][0]}
        texts = [side[1] for side in node[2:] if side[0] == "text"]
        return sides == {"column", "text"} and texts[0] != ""
    return node[0] == "among" and node[1][0] == "column" and "" not in node[3][1:]


def _pattern(pattern: str, escape: str | None) -> str | None:
    """Write a LIKE pattern with the backslash as its escape; None for one that ends in its escape."""
    written, place = [], 0
    while place < len(pattern):
        sign = pattern[place]
        if escape is not None and sign == escape:
            place += 1
            if place == len(pattern):
                return None
            written.append(_escaped(pattern[place]))
        else:
            written.append(sign if sign in "%_" else _escaped(sign))
        place += 1
    return "".join(written).replace("\x00", "")


def _like_sql(text: str, written: str, parameters: Parameters) -> str:
    """Write a LIKE; a pattern that only asks for a beginning, an end or a part is asked in that quicker way."""
    is_open = written.startswith("%")
    rest = written[1:] if is_open else written
    has_end = not re.sub(r"\\.", "", rest, flags=re.DOTALL).endswith("%")
    inner = rest if has_end else rest[:-1]
    plain = re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)
    if not plain or re.search(r"[%_]", re.sub(r"\\.", "", inner, flags=re.DOTALL)):
        return f"{text} like {parameters.add(written)} escape '\\'"
    mark = parameters.add(plain)
    if not is_open and has_end:
        return f"{text} = {mark}"
    return f"{'contains' if is_open and not has_end else 'suffix' if is_open else 'starts_with'}({text}, {mark})"


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in "%_\\" else sign


def _ascii_lower(text: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)
