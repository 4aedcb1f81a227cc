"""A log's own format string, in pieces → one regular expression that takes its lines apart.

This room knows literals, fields and quotes; it must not know what a directive is called or what a field means. Two
expressions stand for one format string: a *fast* one for lines as servers mean to write them, which the engine walks
without ever looking back, and a *general* one for the rest: requests that are no requests, names with blanks, quotes
that nobody escaped. A quote inside a quoted field is taken as part of it only if no blank follows, so that a line with
more fields than the format has is never half-read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from pipeline.intake.web.escapes import unescape

PLAIN, FREE, REQUEST = "plain", "free", "request"
METHOD, TARGET = " method", " target"

_ANY = r'(?:[^"\\]|\\.)*'
_ANY_LOOSE = r'(?:[^"\\]|\\.|"[^ "\\])*'
_RAW, _RAW_LOOSE = r'[^"]*', r'(?:[^"]|"[^ "])*'


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a format string, and what its text looks like.

    `kind` is plain (the characters that `regex` says; `loose` where an odd line may hold others), free (any text, as
    the server escapes it) or request (the request's first line). `blank` is what a lone dash means; null is nothing.
    """

    name: str
    kind: str = FREE
    regex: str = ""
    loose: str = ""
    blank: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A format string in pieces, and how its server escapes: hex, json or none."""

    pieces: tuple[str | Field, ...]
    escapes: str = "hex"

    @property
    def fields(self) -> dict[str, Field]:
        """Name the fields."""
        return {piece.name: piece for piece in self.pieces if isinstance(piece, Field)}


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group of the expression holds: a column, and the field it belongs to."""

    column: str
    field: Field


def take_apart(texts: pl.Series, patterns: Sequence[Pattern], wanted: Iterable[str]) -> pl.DataFrame:
    """Take lines apart by the first pattern that fits each.

    Gives `is_read` and a text column for each wanted field of any pattern; null where the log says nothing. A request
    field comes as two columns, its name with METHOD and TARGET behind it; what is no request is all target.
    """
    names = frozenset(wanted)
    rest = texts.alias("text").to_frame().with_row_index("row")
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "is_read": pl.Boolean})]
    for pattern in patterns:
        for is_fast in (True, False):
            if rest.height:
                found = _extract(rest, pattern, names, is_fast)
                parts.append(found.filter("is_read"))
                rest = rest.filter(~found["is_read"])
    parts.append(rest.select("row", pl.lit(False).alias("is_read")))
    held = [part for part in parts if part.height]
    whole = held[0] if len(held) == 1 else pl.concat([parts[0], *held], how="diagonal").sort("row")
    columns = list(dict.fromkeys(column for pattern in patterns for column in _columns(pattern, names)))
    lacking = [pl.lit(None, pl.String).alias(column) for column in columns if column not in whole.columns]
    return whole.with_columns(lacking).select("is_read", *columns)


def match_count(texts: pl.Series, patterns: Sequence[Pattern]) -> int:
    """Count the lines that any of the patterns fits."""
    return int(take_apart(texts, patterns, ())["is_read"].sum())


def _columns(pattern: Pattern, names: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(group.column for group in _expression(pattern, names, False)[1]))


def _extract(lines: pl.DataFrame, pattern: Pattern, names: frozenset[str], is_fast: bool) -> pl.DataFrame:
    regex, groups = _expression(pattern, names, is_fast)
    if not groups:
        return lines.select("row", pl.col("text").str.contains(regex).alias("is_read"))
    found = lines.select("row", pl.col("text").str.extract_groups(regex).alias("found")).unnest("found")
    found.columns = ["row", "\x00", *(str(place) for place in range(len(groups)))]
    columns: dict[str, list[pl.Expr]] = {}
    for place, group in enumerate(groups):
        columns.setdefault(group.column, []).append(_cell(place, group))
    read = found.lazy().select(
        "row",
        pl.col("\x00").is_not_null().alias("is_read"),
        *(
            pl.coalesce(cells).alias(name) if len(cells) > 1 else cells[0].alias(name)
            for name, cells in columns.items()
        ),
    )
    escaped = {group.column for group in groups if group.field.kind != PLAIN}
    return _unescaped(read.collect(), lines["text"], escaped, pattern.escapes)


def _cell(place: int, group: _Group) -> pl.Expr:
    text = pl.col(str(place))
    if group.field.kind == REQUEST and group.column.endswith(METHOD):
        return text
    filled = pl.when(text != "-").then(text)
    blank = group.field.blank
    return filled if blank is None else pl.when(text == "-").then(pl.lit(blank)).otherwise(filled)


def _unescaped(read: pl.DataFrame, texts: pl.Series, columns: set[str], escapes: str) -> pl.DataFrame:
    if escapes == "none" or not columns or not texts.str.contains("\\", literal=True).any():
        return read
    return read.with_columns(unescape(read[column], escapes) for column in sorted(columns))


@lru_cache(maxsize=256)
def _expression(pattern: Pattern, names: frozenset[str], is_fast: bool) -> tuple[str, tuple[_Group, ...]]:
    """Write the expression of a pattern, capturing some of its fields behind a first group that only says: it fits."""
    regex, groups, quotes = "^()", [], 0
    for place, piece in enumerate(pattern.pieces):
        if isinstance(piece, str):
            regex += re.escape(piece)
            quotes += piece.count('"')
            continue
        follower = pattern.pieces[place + 1] if place + 1 < len(pattern.pieces) else None
        text = _text_of(piece, follower, quotes % 2 == 1, pattern.escapes, is_fast)
        is_wanted = piece.name in names
        if piece.kind == REQUEST:
            request, columns = _request(piece.name, text, is_fast)
            regex += request if is_wanted else _uncaptured(request)
            groups += [_Group(column, piece) for column in columns if is_wanted]
        else:
            regex += f"({text})" if is_wanted else f"(?:{text})"
            groups += [_Group(piece.name, piece)] if is_wanted else []
    return regex + ("$" if is_fast else r"\s*$"), tuple(groups)


def _text_of(field: Field, follower: str | Field | None, is_quoted: bool, escapes: str, is_fast: bool) -> str:
    """Say which text a field may have, going by what stands around it."""
    if field.kind == PLAIN:
        return field.regex if is_fast else field.loose or field.regex
    if is_quoted and isinstance(follower, str) and follower.startswith('"'):
        if escapes == "none":
            return _RAW if is_fast else _RAW_LOOSE
        return _ANY if is_fast or escapes == "json" else _ANY_LOOSE
    if is_quoted:
        return f"{_ANY}?"
    if follower is None:
        return ".*"
    if is_fast and isinstance(follower, str):
        return f"[^{re.escape(follower[0])}]*"
    return ".*?"


def _request(name: str, text: str, is_fast: bool) -> tuple[str, tuple[str, ...]]:
    method, target = name + METHOD, name + TARGET
    if is_fast:
        word = r"[^ ]*" if text in (".*", ".*?") or text.startswith("[^\\") else text.replace("[^", "[^ ", 1)
        return rf"([A-Za-z]+) ({word}) HTTP/[0-9.]+", (method, target)
    lazy = text if text.endswith("?") else f"{text}?"
    return rf"(?:([A-Za-z]+) ({lazy})(?: [Hh][Tt][Tt][Pp]/[0-9.]+)?|({text}))", (method, target, target)


def _uncaptured(regex: str) -> str:
    return re.sub(r"\((?!\?)", "(?:", regex)
