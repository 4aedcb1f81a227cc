"""Parsed expressions → plan nodes, from an allow-list of kinds; everything else becomes 'unknown'.

This is where foreign text ends: a plan holds our own node names, relation and column names that were resolved, and
literals as plain values. What a node means is told in `compile`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from pipeline.statements.dialects import Dialect
from pipeline.statements.reading import Node
from pipeline.statements.scope import Scope

UNKNOWN: Node = ("unknown",)
MAYBE: Node = ("maybe",)
TRUE: Node = ("and",)

_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_NOW = frozenset({"now", "sysdate", "getdate", "sysdatetime", "current_timestamp", "localtimestamp"})
_TEXT_TYPES = frozenset({"TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR", "BPCHAR", "NAME"})
_NUMBER_TYPES = frozenset({"DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT"})
_WHOLE_TYPES = frozenset({"INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "UBIGINT", "UINT", "INT128"})
_STAMP_TYPES = frozenset({"TIMESTAMP", "DATETIME", "TIMESTAMPNTZ", "DATETIME2", "SMALLDATETIME"})

Subquery = Callable[[exp.Query, Scope], Node]

# What each kind may carry. A parser puts meaning into further parts (a `negate`, a `zone`): with any of those, a node
# is another one than we know.
_ONE, _TWO = frozenset({"this"}), frozenset({"this", "expression"})
_SHIFTS = (exp.DateAdd, exp.DateSub, exp.TimestampAdd, exp.TimestampSub, exp.DatetimeAdd, exp.DatetimeSub)
_PARTS: dict[type[exp.Expr], frozenset[str]] = {
    **dict.fromkeys((exp.And, exp.Or, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Escape, exp.Left, exp.Extract), _TWO),
    **dict.fromkeys((*_COMPARISONS, *_ARITHMETIC, exp.Convert), _TWO),
    **dict.fromkeys((exp.Like, exp.ILike, exp.Is), _TWO | {"negate"}),
    **dict.fromkeys((exp.Not, exp.Neg, exp.Paren, exp.Lower, exp.Upper, exp.Length, exp.Exists, exp.Parameter), _ONE),
    **dict.fromkeys((exp.Null, exp.Boolean, exp.National, exp.Sum, exp.Min, exp.Max, exp.Avg), _ONE),
    **dict.fromkeys((exp.Year, exp.Month, exp.Day, exp.TsOrDsToDate, exp.Date), _ONE),
    **dict.fromkeys((exp.CurrentDate, exp.CurrentDatetime, exp.Localtimestamp), frozenset[str]()),
    **dict.fromkeys(_SHIFTS, _TWO | {"unit"}),
    exp.Placeholder: _ONE | {"jdbc"},
    exp.In: _ONE | {"expressions", "query"},
    exp.Between: _ONE | {"low", "high"},
    exp.Literal: _ONE | {"is_string"},
    exp.Column: _ONE | {"table", "db", "catalog"},
    exp.Cast: _ONE | {"to"},
    exp.TryCast: _ONE | {"to", "safe"},
    exp.CurrentTimestamp: frozenset({"sysdate"}),
    exp.Anonymous: _ONE | {"expressions"},
    exp.Interval: _ONE | {"unit"},
    exp.Count: _ONE | {"expressions", "big_int"},
    exp.Trim: _ONE | {"position"},
    exp.Coalesce: _ONE | {"expressions", "is_nvl", "is_null"},
    exp.DPipe: _TWO | {"safe"},
    exp.Concat: frozenset({"expressions", "safe", "coalesce"}),
    exp.Substring: _ONE | {"start", "length"},
    exp.Tuple: frozenset({"expressions"}),
    exp.Array: frozenset({"expressions"}),
}


def is_known(node: exp.Expr) -> bool:
    """Tell whether a node is of a kind that plans know, with no part that they do not know."""
    parts = _PARTS.get(type(node))
    return parts is not None and all(name in parts for name, part in node.args.items() if part)


class Expressions:
    """Turns the expressions of one statement into nodes; `subquery` turns the queries inside them."""

    def __init__(self, dialect: Dialect, parameters: Mapping[str, Node], subquery: Subquery) -> None:
        self._dialect = dialect
        self._parameters = parameters
        self._subquery = subquery

    def predicate(self, node: exp.Expr | None, scope: Scope) -> Node:
        """Turn a condition; null means true."""
        if node is None:
            return TRUE
        node = node.unnest()
        if not is_known(node):
            return MAYBE
        if isinstance(node, (exp.And, exp.Or)):
            kind = "and" if isinstance(node, exp.And) else "or"
            return (kind, *(self.predicate(part, scope) for part in node.flatten()))
        if isinstance(node, exp.Not):
            return ("not", self.predicate(node.this, scope))
        if isinstance(node, (exp.Exists, exp.In)):
            return self._membership(node, scope)
        return self._atom(node, scope)

    def _atom(self, node: exp.Expr, scope: Scope) -> Node:
        for kind, operator in _COMPARISONS.items():
            if type(node) is kind:
                return self._comparison(node, operator, scope)
        if isinstance(node, exp.Between):
            value, low, high = (self.value(node.args[part], scope) for part in ("this", "low", "high"))
            return ("and", ("compare", ">=", value, low), ("compare", "<=", value, high))
        if isinstance(node, exp.Is):
            return self._is(node, scope)
        if isinstance(node, (exp.NullSafeEQ, exp.NullSafeNEQ)):
            same = ("same", self.value(node.this, scope), self.value(node.expression, scope))
            return same if isinstance(node, exp.NullSafeEQ) else ("not", same)
        if isinstance(node, (exp.Like, exp.ILike, exp.Escape)):
            return self._like(node, scope)
        if isinstance(node, exp.Boolean):
            return TRUE if node.this else ("not", TRUE)
        if isinstance(node, exp.Null):
            return ("compare", "=", ("null",), ("null",))
        return ("truth", self.value(node, scope)) if isinstance(node, (exp.Column, exp.Parameter)) else MAYBE

    def _comparison(self, node: exp.Expr, operator: str, scope: Scope) -> Node:
        left, right = node.this.unnest(), node.expression.unnest()
        if isinstance(right, exp.Any) and operator == "=":
            return self._in_array(self.value(left, scope), right.this.unnest(), scope)
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple) and operator == "=":
            pairs = zip(left.expressions, right.expressions, strict=False)
            return ("and", *(("compare", "=", self.value(a, scope), self.value(b, scope)) for a, b in pairs))
        return ("compare", operator, self.value(left, scope), self.value(right, scope))

    def _in_array(self, value: Node, items: exp.Expr, scope: Scope) -> Node:
        """Read `= ANY (…)` of an array that is written out, or bound as one text."""
        if isinstance(items, exp.Array):
            return self._listed(value, items.expressions, scope)
        if isinstance(items, exp.Cast) and isinstance(items.this, (exp.Literal, exp.Parameter)):
            items = items.this
        written = self.value(items, scope) if isinstance(items, (exp.Literal, exp.Parameter)) else UNKNOWN
        held = _array(written[1]) if written[0] == "text" else None
        if held is None:
            return MAYBE
        texts = tuple(item for item in held if item is not None)
        nulls = (("compare", "=", value, ("null",)),) if len(texts) < len(held) else ()
        return ("or", *((("among", value, "text", ("values", *texts)),) if texts else ()), *nulls)

    def _is(self, node: exp.Is, scope: Scope) -> Node:
        if node.args.get("negate"):
            return ("not", self._is(exp.Is(this=node.this, expression=node.expression), scope))
        inner, what = node.this.unnest(), node.expression
        if isinstance(what, exp.Boolean) and isinstance(inner, (exp.Predicate, exp.Connector, exp.Not)):
            held = self.predicate(inner, scope)
            return ("sure", held if what.this else ("not", held))
        value = self.value(node.this, scope)
        if isinstance(what, exp.Null):
            return ("missing", value)
        if isinstance(what, exp.Boolean):
            # never unknown itself: null is neither true nor false
            return ("sure", ("truth", value) if what.this else ("not", ("truth", value)))
        return ("same", value, self.value(what, scope))  # SQLite's general IS

    def _membership(self, node: exp.Expr, scope: Scope) -> Node:
        if isinstance(node, exp.Exists):
            query = node.this.unnest() if node.this else None
            return ("exists", self._subquery(query, scope)) if isinstance(query, exp.Query) else MAYBE
        query = node.args.get("query")
        if query is not None:
            inner = query.unnest()
            if not isinstance(inner, exp.Query) or isinstance(node.this.unnest(), exp.Tuple):
                return MAYBE
            return ("within", self.value(node.this, scope), self._subquery(inner, scope))
        left = node.this.unnest()
        if isinstance(left, exp.Tuple):
            return (
                "or",
                *(self._comparison(exp.EQ(this=left, expression=item), "=", scope) for item in node.expressions),
            )
        return self._listed(self.value(left, scope), node.expressions, scope)

    def _listed(self, value: Node, items: list[exp.Expr], scope: Scope) -> Node:
        found = [self.value(item, scope) for item in items]
        texts = tuple(item[1] for item in found if item[0] == "text")
        numbers = tuple(item[1] for item in found if item[0] == "number")
        others = [("compare", "=", value, item) for item in found if item[0] not in ("text", "number")]
        parts = [
            ("among", value, kind, ("values", *held)) for kind, held in (("text", texts), ("number", numbers)) if held
        ]
        return ("or", *parts, *others)

    def _like(self, node: exp.Expr, scope: Scope) -> Node:
        escape = self._dialect.like_escape
        if isinstance(node, exp.Escape):
            if not isinstance(node.expression, exp.Literal) or len(node.expression.this) > 1:
                return MAYBE
            escape, node = node.expression.this or None, node.this
        if not isinstance(node, (exp.Like, exp.ILike)) or not is_known(node):
            return MAYBE
        pattern = self.value(node.expression, scope)
        if pattern[0] != "text" or (self._dialect.has_like_classes and "[" in pattern[1]):
            return MAYBE
        is_folded = isinstance(node, exp.ILike) or self._dialect.is_like_folded
        found: Node = ("like", self.value(node.this, scope), pattern[1], escape, is_folded)
        return ("not", found) if node.args.get("negate") else found

    def value(self, node: exp.Expr, scope: Scope) -> Node:
        """Turn a scalar expression."""
        node = node.unnest()
        if not is_known(node):
            return UNKNOWN
        if isinstance(node, (exp.Literal, exp.National)):
            is_text = isinstance(node, exp.National) or node.is_string
            return ("text" if is_text else "number", str(node.this))
        if isinstance(node, exp.Column):
            return self._column(node, scope)
        if isinstance(node, exp.Null):
            return ("null",)
        if isinstance(node, exp.Boolean):
            return ("boolean", bool(node.this))
        if isinstance(node, (exp.Parameter, exp.Placeholder)):
            return self._parameter(node)
        if isinstance(node, (exp.Cast, exp.Convert)):
            return self._cast(node, scope)
        return self._call(node, scope)

    def _column(self, node: exp.Column, scope: Scope) -> Node:
        if isinstance(node.this, exp.Star):
            return UNKNOWN
        found = scope.resolve(node)
        if found is None:
            return ("now",) if not node.table and node.name.lower() in _NOW and not scope.is_open else UNKNOWN
        relation, output = found
        is_whole = not node.table or relation.alias in (node.table.lower(), "")
        return ("column", relation.identity, output.place) if is_whole and relation.source is not None else UNKNOWN

    def _parameter(self, node: exp.Expr) -> Node:
        return self._parameters.get(mark_name(node), UNKNOWN)

    def _cast(self, node: exp.Cast | exp.Convert, scope: Scope) -> Node:
        is_convert = isinstance(node, exp.Convert)
        kind, inner = (node.this, node.expression) if is_convert else (node.args.get("to"), node.this)
        if not isinstance(kind, exp.DataType) or not isinstance(kind.this, exp.DataType.Type):
            return UNKNOWN
        name, value = kind.this.name, self.value(inner, scope)
        if name in ("UUID", "UNIQUEIDENTIFIER"):
            return value if value[0] == "text" else UNKNOWN
        if name == "DATE":
            return ("cast", "date", value)
        if name in _STAMP_TYPES:
            return ("cast", "instant", value)
        if name in _WHOLE_TYPES:
            return ("cast", "whole", value)
        if name in _NUMBER_TYPES and not kind.expressions:
            return ("cast", "number", value)
        return ("cast", "text", value) if name in _TEXT_TYPES and not kind.expressions else UNKNOWN

    def _call(self, node: exp.Expr, scope: Scope) -> Node:
        if isinstance(node, (exp.CurrentTimestamp, exp.CurrentDatetime, exp.Localtimestamp)):
            return ("now",)
        if isinstance(node, exp.CurrentDate):
            return ("today",)
        if isinstance(node, exp.Anonymous):
            return ("now",) if node.name.lower() in _NOW and not node.expressions else UNKNOWN
        if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression.unnest(), exp.Interval):
            return self._shift(node.this, node.expression.unnest(), isinstance(node, exp.Sub), scope)
        for kind, sign in _ARITHMETIC.items():
            if type(node) is kind:
                left, right = self.value(node.this, scope), self.value(node.expression, scope)
                is_days = self._dialect.parser == "oracle" and left[0] in ("now", "today", "shift") and sign in "+-"
                if is_days and right[0] == "number" and right[1].isdigit():  # there a number counts days
                    return ("shift", left, int(right[1]) if sign == "+" else -int(right[1]), "day")
                return ("arithmetic", sign, left, right)
        if isinstance(node, exp.Neg):
            return ("arithmetic", "-", ("number", "0"), self.value(node.this, scope))
        if isinstance(node, _SHIFTS):
            is_back = isinstance(node, (exp.DateSub, exp.TimestampSub, exp.DatetimeSub))
            return self._shift(node.this, node, is_back, scope)
        return self._aggregate(node, scope) if isinstance(node, exp.AggFunc) else self._function(node, scope)

    def _aggregate(self, node: exp.Expr, scope: Scope) -> Node:
        kinds: dict[type[exp.Expr], str] = {
            exp.Count: "count",
            exp.Sum: "sum",
            exp.Avg: "avg",
            exp.Min: "min",
            exp.Max: "max",
        }
        name, inner = kinds.get(type(node)), node.this
        if name is None or (isinstance(node, exp.Count) and node.expressions):
            return UNKNOWN
        if isinstance(inner, exp.Star) or inner is None:
            return ("aggregate", "count", False, ("number", "1"))
        is_distinct = isinstance(inner, exp.Distinct)
        parts = inner.expressions if is_distinct else [inner]
        return ("aggregate", name, is_distinct, self.value(parts[0], scope)) if len(parts) == 1 else UNKNOWN

    def _shift(self, start: exp.Expr, by: exp.Expr, is_back: bool, scope: Scope) -> Node:
        """Move an instant by a constant span."""
        amount = by.this if isinstance(by, exp.Interval) else by.expression
        unit = str(by.args["unit"].name).lower().rstrip("s") if by.args.get("unit") is not None else ""
        if isinstance(amount, exp.Interval):
            amount, unit = (
                amount.this,
                str(amount.args["unit"].name).lower().rstrip("s") if amount.args.get("unit") else "",
            )
        text = amount.sql() if amount is not None else ""
        found = re.fullmatch(r"'?\s*(-?\s*\d{1,6})\s*'?", text)
        if found is None or unit not in _UNITS:
            return UNKNOWN
        count = int(found[1].replace(" ", ""))
        return ("shift", self.value(start, scope), -count if is_back else count, unit)

    def _function(self, node: exp.Expr, scope: Scope) -> Node:
        args = node.args
        if isinstance(node, (exp.Lower, exp.Upper)):
            return ("lower" if isinstance(node, exp.Lower) else "upper", self.value(node.this, scope))
        if isinstance(node, exp.Trim):
            side = str(args.get("position") or "both").lower()
            return ("trim", side, self.value(node.this, scope))
        if isinstance(node, exp.Length):
            return ("length", self.value(node.this, scope))
        if isinstance(node, exp.Coalesce):
            return ("coalesce", *(self.value(part, scope) for part in (node.this, *node.expressions)))
        if isinstance(node, (exp.DPipe, exp.Concat)):
            return self._concat(node, scope)
        if isinstance(node, (exp.Substring, exp.Left)):
            return self._substring(node, scope)
        if isinstance(node, (exp.Year, exp.Month, exp.Day)):
            return ("part", type(node).__name__.lower(), self.value(node.this, scope))
        if isinstance(node, exp.Extract) and node.name.lower() in ("year", "month", "day"):
            return ("part", node.name.lower(), self.value(node.expression, scope))
        if isinstance(node, (exp.Date, exp.TsOrDsToDate)):
            return ("cast", "date", self.value(node.this, scope))
        return UNKNOWN

    def _concat(self, node: exp.Expr, scope: Scope) -> Node:
        """Join texts; constants at once, so that a pattern may be put together from a bound value."""
        is_pipe = isinstance(node, exp.DPipe)
        parts = [self.value(part, scope) for part in ([node.this, node.expression] if is_pipe else node.expressions)]
        if parts and all(part[0] == "text" for part in parts):
            return ("text", "".join(part[1] for part in parts))
        return ("concat", *parts) if is_pipe else UNKNOWN  # CONCAT takes a null for nothing in some databases

    def _substring(self, node: exp.Expr, scope: Scope) -> Node:
        is_left = isinstance(node, exp.Left)
        start = exp.Literal.number(1) if is_left else node.args.get("start")
        length = node.expression if is_left else node.args.get("length")
        numbers = [part.this for part in (start, length) if isinstance(part, exp.Literal) and not part.is_string]
        if len(numbers) != (1 if length is None else 2) or not all(re.fullmatch(r"\d{1,6}", text) for text in numbers):
            return UNKNOWN
        if numbers[0] == "0":
            return UNKNOWN  # databases disagree about a text's place zero
        return ("substring", self.value(node.this, scope), *(int(text) for text in numbers))


def mark_name(node: exp.Expr) -> str:
    """Name a mark as parameters are named: `$1`, `@id`, `:id`; a nameless one has been numbered."""
    name = node.name or (node.this.name if isinstance(node.this, exp.Expr) else str(node.this or ""))
    return re.sub(r"\Am(?=\d+\Z)", "", name.lower().lstrip("$@:"))


def _array(text: str) -> list[str | None] | None:
    """Read PostgreSQL's text of an array of one dimension, `{1,"a b",NULL}`."""
    if not re.fullmatch(r'\{(?:(?:"(?:\\.|[^"\\])*"|[^{}",]+)(?:,(?!\})|(?=\})))*\}', text, re.S):
        return None
    items = re.findall(r'"((?:\\.|[^"\\])*)"|([^{}",]+)', text, re.S)
    return [
        None if bare.upper() == "NULL" else bare or re.sub(r"\\(.)", r"\1", quoted, flags=re.S)
        for quoted, bare in items
    ]


def read_parameters(text: str | None) -> dict[str, Node]:
    """Read bound values: a JSON list or object, or PostgreSQL's own `$1 = 'x', $2 = NULL`."""
    if not text or not text.strip():
        return {}
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        found = re.findall(r"\$(\d+) = (?:(NULL)|'((?:''|[^'])*)')", text)
        return {place: ("null",) if null else ("text", value.replace("''", "'")) for place, null, value in found}
    if isinstance(held, dict):
        pairs = [(str(name).lower().lstrip("$@:"), value) for name, value in held.items()]
    else:
        items = held if isinstance(held, list) else [held]
        pairs = [(str(place), value) for place, value in enumerate(items, start=1)]
    return {name: node for name, value in pairs if (node := _bound(value)) is not None}


def _bound(value: object) -> Node | None:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, (int, float)):
        return ("number", str(value))
    return ("text", value) if isinstance(value, str) else None
