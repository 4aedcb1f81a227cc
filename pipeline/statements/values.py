"""Values as plans compare them: one piece of SQL for each type the source's value may have had.

SQL text here is made of our own words, our own names and numbered parameters; no foreign text enters it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.statements.dialects import BINARY, FOLDED, Dialect
from pipeline.statements.facts import NUMBER, STAMP, Facts

_NUMBER = re.compile(r"[+-]?\d{1,28}(?:\.\d{1,9})?")
_CANONICAL = re.compile(r"0|-?[1-9]\d{0,27}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")
_SHAPES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "seconds": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")}
_TRUTH = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Value:
    """One scalar: type → SQL, and what is known of what it can be.

    `literal` is the text of a constant.
    """

    readings: dict[str, str]
    facts: Facts = field(default_factory=Facts)
    literal: str | None = None
    is_literal: bool = False

    @property
    def is_nullable(self) -> bool:
        """Tell whether it may be null."""
        return not self.is_literal and (self.facts.has_null or self.facts.has_blank)


@dataclass(slots=True)
class Parameters:
    """The values a piece of SQL refers to as `$v0`, `$v1` …, in order; equal ones share a number."""

    held: list[str | list[str] | None] = field(default_factory=list)

    def add(self, value: str | list[str]) -> str:
        """Add a value and return how SQL refers to it."""
        self.held.append(value)
        return f"$v{len(self.held) - 1}"


def text_literal(text: str, parameters: Parameters) -> Value:
    """Make a quoted constant: it takes whatever type it is compared with."""
    mark = parameters.add(text)
    readings = {"text": mark}
    if _NUMBER.fullmatch(text.strip()):
        readings["number"] = f"cast(trim({mark}) as {NUMBER})"
    if _STAMP.fullmatch(text.strip()) and is_instant(text):
        readings["instant"] = f"cast(trim({mark}) as {STAMP})"
    if text.strip().lower() in _TRUTH:
        readings["boolean"] = "true" if _TRUTH[text.strip().lower()] else "false"
    return Value(readings, _facts_of_text(text), text, True)


def is_instant(text: str) -> bool:
    """Tell whether a text is a date or time that exists."""
    from datetime import datetime

    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _facts_of_text(text: str) -> Facts:
    shape = next((name for name, regex in _SHAPES.items() if regex.fullmatch(text)), "")
    return Facts(
        is_number=_NUMBER.fullmatch(text) is not None,
        is_canonical=_CANONICAL.fullmatch(text) is not None,
        shape=shape,
        is_plain=re.fullmatch(r"[0-9a-z]*", text) is not None,
        is_ascii=text.isascii() and text.isprintable(),
        has_null=False,
        has_blank=text == "",
    )


def number_literal(text: str, parameters: Parameters) -> Value | None:
    """Make a number; None for one that decimals of ours cannot hold."""
    plain = text.lower()
    if "e" in plain or not _NUMBER.fullmatch(plain):
        return None
    return Value({"number": f"cast({parameters.add(plain)} as {NUMBER})"}, _facts_of_text(plain), plain, True)


@dataclass(frozen=True, slots=True)
class Pair:
    """A condition as the most and the least it may be; equal where it is sure."""

    upper: str
    lower: str

    def negated(self) -> Pair:
        """Say the opposite; null stays null."""
        return Pair(f"not ({self.lower})", f"not ({self.upper})")


PERHAPS = Pair("true", "false")


def sure(sql: str) -> Pair:
    """Make a condition that is exactly this."""
    return Pair(sql, sql)


def listed(sql: str, form: str, mark: str) -> str:
    """Write that a value is in a list given as one parameter; `form` is what is made of each item."""
    return f"{sql} in (select {form.format(f'unnest({mark})', NUMBER)})"


def any_of(pairs: Iterable[Pair]) -> Pair:
    """Of several readings one is right: the most is any, the least is all."""
    held = list(pairs)
    if not held:
        return PERHAPS
    uppers, lowers = dict.fromkeys(pair.upper for pair in held), dict.fromkeys(pair.lower for pair in held)
    return Pair(joined("or", uppers), joined("and", lowers))


def joined(word: str, parts: Iterable[str]) -> str:
    """Join conditions."""
    held = list(dict.fromkeys(parts))
    if not held:
        return "true" if word == "and" else "false"
    return held[0] if len(held) == 1 else "(" + f" {word} ".join(held) + ")"


def compare(operator: str, left: Value, right: Value, dialect: Dialect) -> Pair:
    """Compare two values as the database would, for each type they may both have."""
    shared = [kind for kind in left.readings if kind in right.readings]
    if left.is_literal and right.is_literal and len(shared) > 1:
        shared = shared[:1]
    if not shared:
        return PERHAPS
    shared = _without_needless(operator, shared, left, right)
    if operator in ("=", "<>") and len(shared) == 2 and "text" in shared:
        # equal as text means equal as anything else, so the wider reading alone is the most there can be
        other = next(kind for kind in shared if kind != "text")
        equal = Pair(_sql("=", other, left, right), _text_equal(left, right, dialect).lower)
        return equal if operator == "=" else equal.negated()
    return any_of(_as(kind, operator, left, right, dialect) for kind in shared)


def _without_needless(operator: str, shared: list[str], left: Value, right: Value) -> list[str]:
    """Drop readings that can only agree with another one."""
    facts = (left.facts, right.facts)
    if "text" in shared and operator in ("=", "<>") and all(each.is_canonical for each in facts):
        return ["text"]
    if "text" in shared and all(each.shape and each.shape == facts[0].shape for each in facts) and "instant" in shared:
        return ["text"]
    if "boolean" in shared and "number" in shared:
        return [kind for kind in shared if kind != "boolean"]
    return shared


def _as(kind: str, operator: str, left: Value, right: Value, dialect: Dialect) -> Pair:
    if kind != "text":
        return sure(_sql(operator, kind, left, right))
    if operator in ("=", "<>"):
        equal = _text_equal(left, right, dialect)
        return equal if operator == "=" else equal.negated()
    return sure(_sql(operator, "text", left, right)) if is_ordered(left, right, dialect) else PERHAPS


def _sql(operator: str, kind: str, left: Value, right: Value) -> str:
    return f"{left.readings[kind]} {operator} {right.readings[kind]}"


def is_ordered(left: Value, right: Value, dialect: Dialect) -> bool:
    """Tell whether texts are ordered as bytes: by the database's own rule, or because no rule could differ."""
    if dialect.collation == BINARY:
        return True
    facts = (left.facts, right.facts)
    if all(each.is_plain for each in facts):
        return True
    return all(each.shape in _SHAPES for each in facts)  # digits in fixed places sort alike in every language


def _text_equal(left: Value, right: Value, dialect: Dialect) -> Pair:
    plain = _sql("=", "text", left, right)
    a, b = left.readings["text"], right.readings["text"]
    if "uuid" in (left.facts.shape, right.facts.shape) and dialect.collation != BINARY:
        return Pair(f"lower({a}) = lower({b})", plain)
    if dialect.collation != FOLDED:
        return sure(plain)
    if all(each.facts.is_canonical or each.facts.shape in _SHAPES for each in (left, right)):
        return sure(plain)
    return Pair(_folded_equal(left, right), plain)


def _folded_equal(left: Value, right: Value) -> str:
    """Equal where case, accents and trailing blanks are ignored; beyond ASCII nobody knows what else is."""
    a, b = left.readings["text"], right.readings["text"]
    folded = f"lower(rtrim({a})) = lower(rtrim({b}))"
    if left.facts.is_ascii and right.facts.is_ascii:
        return folded
    unclear = [
        f"{side.readings['text']} is not null" for side in (left, right) if side.is_literal and not side.facts.is_ascii
    ]
    unclear += [
        f"not regexp_full_match({side.readings['text']}, '[ -~]*')"
        for side in (left, right)
        if not side.is_literal and not side.facts.is_ascii
    ]
    return joined("or", [folded, *unclear]) if not any("is not null" in each for each in unclear) else "true"


def with_blank(value: Value, is_null: bool) -> Value:
    """Read a column's blank cells as nulls, or as empty texts."""
    if "text" not in value.readings:
        return value
    text = f"nullif({value.readings['text']}, '')" if is_null else value.readings["text"]
    facts = replace(value.facts, is_blank_unclear=False, has_null=is_null or value.facts.has_null)
    return replace(value, readings={**value.readings, "text": text}, facts=facts)
