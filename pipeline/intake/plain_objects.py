"""JSON objects of plain values → their cells, all columns by one look at a line.

Whoever writes a log writes the same keys in the same order, line after line, and few values need escapes. How the
objects of some lines are written, their *form*, is made one regular expression, which takes every line of that form
apart; a search by path would read the line anew for each column. This room knows how JSON is written and no rule: what
it says of a line is what the full reading (`json_cells`) says, and lines that it cannot read so are left to that.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import polars as pl

from pipeline.intake.rows import WHOLE, cell_name
from pipeline.intake.text_rows import TEXT

Style = tuple[str, str]
# What stands between a key and its value, and between two pairs: nearly all writers use one of these.
STYLES: tuple[Style, ...] = ((":", ","), (": ", ", "))

# Each sign says how to go on, so that the engine of regular expressions need not look back.
_STRING = r'"[^"\\\x00-\x1f]*"'
_WORD = "true|false|null"
# Numbers that every reader writes as they stand; where no cell hangs on them, all that a double can hold.
_VALUE = rf"{_STRING}|-?[1-9][0-9]{{0,14}}|0|{_WORD}"
_UNREAD = rf"(?:{_STRING}|-?(?:[1-9][0-9]{{0,14}}|0)(?:\.[0-9]{{1,15}})?(?:[eE][-+]?[0-9]{{1,2}})?|{_WORD})"
_NESTED = rf"(?:\[(?:{_UNREAD}(?:, ?{_UNREAD})*)?\]|\{{\}})"
# A key begins like nothing that may stand between two strings: that is how the two are told apart.
_KEY = re.compile(r"(?:[^\W\d]|[@$])[\w@$ ./:-]*")
_KEY_IN_LINES = r'"[^":,}\]][^"]*"'
# Whoever writes otherwise, however wide, deep or varied, costs no more than a look.
_LINES_LOOKED_AT, _MOST_FORMS = 16, 6
_LONGEST, _DEEPEST, _MOST_VALUES = 1 << 16, 20, 200
# With more groups the engine of regular expressions leaves its fastest way.
_MOST_GROUPS = 15


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a form where a value stands: the keys that lead there, and whether it is a list, or `{}`."""

    path: tuple[str, ...]
    is_nested: bool


@dataclass(frozen=True, slots=True)
class Form:
    """How an object is written: the texts that are always the same, and the places of values between them."""

    pieces: tuple[str | Slot, ...]
    style: Style

    @property
    def slots(self) -> tuple[Slot, ...]:
        """List the places of values, in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Slot))


def take_plain(lines: pl.DataFrame, columns: Sequence[str], is_whole_needed: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take apart the lines (`row`, `text`) that are objects of plain values; return them, and the lines left over.

    Those taken apart have their cells beside, and WHOLE if it is needed: the line as if no key were null.
    """
    parts, rest = [], lines
    for form in _forms_of(lines[TEXT], columns):
        if not rest.height:
            break
        found = _take_apart(rest, form, columns)
        if found is None:
            continue
        plain = found.filter("is_plain").drop("is_plain")
        if is_whole_needed:
            plain = plain.with_columns(_without_nulls(plain[TEXT], form.style).alias(WHOLE))
        parts.append(plain)
        rest = rest.filter(~found["is_plain"])
    return pl.concat(parts) if parts else _nothing(lines, columns, is_whole_needed), rest


def _nothing(lines: pl.DataFrame, columns: Sequence[str], is_whole_needed: bool) -> pl.DataFrame:
    names = [*(cell_name(column) for column in columns), *([WHOLE] if is_whole_needed else [])]
    return lines.clear().with_columns(pl.lit(None, pl.String).alias(name) for name in names)


def _forms_of(texts: pl.Series, columns: Sequence[str]) -> list[Form]:
    """List the forms of some lines all over the block, the most frequent first."""
    if not all(_KEY.fullmatch(part) for column in columns for part in column.split(".")):
        return []
    some = texts.gather_every(max(1, len(texts) // _LINES_LOOKED_AT)).head(_LINES_LOOKED_AT)
    forms = Counter(form for form in map(_form_of, some.to_list()) if form is not None)
    return [form for form, _ in forms.most_common(_MOST_FORMS)]


def _form_of(text: str) -> Form | None:
    """Tell how an object is written; None for what is none, or is written in a way that this room does not read."""
    for style in STYLES if len(text) <= _LONGEST else ():
        try:
            pieces = list(_pieces(text, style, ()))
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return None
        # the same key twice, odd blanks, escapes in a key: then it was not written so
        if "".join(raw for _, raw in pieces) == text:
            form = Form(tuple(piece for piece, _ in pieces), style)
            return form if len(form.slots) <= _MOST_VALUES else None
    return None


def _pieces(text: str, style: Style, path: tuple[str, ...]) -> Iterator[tuple[str | Slot, str]]:
    """Cut an object into what is always the same and what is a value, each with its text; ValueError for odd ones."""
    if len(path) > _DEEPEST:
        raise ValueError("too deep")
    colon, comma = style
    before = "{"
    for key, value in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items():
        if not _KEY.fullmatch(key):
            raise ValueError("a key of unusual signs")
        head = f"{before}{json.dumps(key, ensure_ascii=False)}{colon}"
        yield head, head
        raw = bytes(value).decode()
        if raw.startswith("{") and raw != "{}":
            yield from _pieces(raw, style, (*path, key))
        else:
            yield Slot((*path, key), raw[0] in "[{"), raw
        before = comma
    end = "{}" if before == "{" else "}"
    yield end, end


def _take_apart(lines: pl.DataFrame, form: Form, columns: Sequence[str]) -> pl.DataFrame | None:
    """Add `is_plain` and the cells; None if a column holds objects: their text is for the full reading."""
    paths = {path for column in columns for path in _paths_of(column)}
    if any(slot.path[:depth] in paths for slot in form.slots for depth in range(1, len(slot.path))):
        return None
    # in the form's order, which is that of the groups
    names = {slot.path: f"value {number}" for number, slot in enumerate(form.slots) if slot.path in paths}
    found = lines
    for place in range(0, len(names), _MOST_GROUPS):
        taken = dict(list(names.items())[place : place + _MOST_GROUPS])
        groups = pl.col(TEXT).str.extract_groups(_expression(form, taken, names)).alias("groups")
        values = found.select(groups).unnest("groups")
        values.columns = list(taken.values())
        found = found.hstack(values)
    first = next(iter(names.values()), None)
    is_plain = pl.col(TEXT).str.contains(_expression(form, {}, {})) if first is None else pl.col(first).is_not_null()
    cells = [
        pl.coalesce(
            [_value(names[path]) for path in _paths_of(column) if path in names] or pl.lit(None, pl.String)
        ).alias(cell_name(column))
        for column in columns
    ]
    return found.select(*lines.columns, is_plain.alias("is_plain"), *cells)


def _paths_of(column: str) -> list[tuple[str, ...]]:
    """Say where a column's cell may stand: down its dotted path, else under a key that holds the dots itself."""
    return list(dict.fromkeys([tuple(column.split(".")), (column,)]))


def _expression(form: Form, taken: Collection[tuple[str, ...]], read: Collection[tuple[str, ...]]) -> str:
    """Write the form as an expression with a group for each value that is taken; all that are read are plain ones."""
    parts = []
    for piece in form.pieces:
        if isinstance(piece, str):
            parts.append(re.escape(piece))
        elif piece.path in read:
            parts.append(f"({_VALUE})" if piece.path in taken else f"(?:{_VALUE})")
        else:
            parts.append(_NESTED if piece.is_nested else _UNREAD)
    return f"^{''.join(parts)}$"


def _value(name: str) -> pl.Expr:
    """Read a value as it was written: a string's letters, null for null, anything else as it stands."""
    return pl.when(pl.col(name) != "null").then(pl.col(name).str.strip_chars('"'))


def _without_nulls(texts: pl.Series, style: Style) -> pl.Series:
    """Write lines of a form as if no key in them were null. Quotes stand in them around strings and nowhere else."""
    if not texts.str.contains("null", literal=True).any():
        return texts
    colon, comma = style
    pair = f"{_KEY_IN_LINES}{colon}null"
    return texts.str.replace_all(f"{pair}{comma}", "").str.replace_all(rf"(?:{comma})?{pair}\}}", "}")
