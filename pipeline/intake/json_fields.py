"""JSON objects as text → the asked values as text columns, and which texts are no object.

This room knows JSON and the one library that decodes it (msgspec: one pass for all columns, where a path expression is
one for each); it must not know what a value means. Scalars come as plain text, lists and objects as their JSON text,
what is missing or null as null. One odd record costs its own time and never its neighbour: it is decoded alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import polars as pl

REFUSAL = "refusal"
NOT_JSON, NOT_OBJECT, TOO_DEEP = "not JSON", "not a JSON object", "JSON nested too deeply"

# How many objects are held as Python values at once: enough to amortise a call, little enough to stay in the cache.
_PIECE = 5_000
_SHARED = " shared"
_NULL = msgspec.Raw(b"null")
_Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Fields:
    """Which values to take out of each object: column → dotted path; `whole` ones are kept as JSON text."""

    scalars: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)
    shared: str | None = None
    """A key whose object many records share word for word: what lies in it is decoded once for each distinct text."""

    def __hash__(self) -> int:
        return hash((tuple(self.scalars.items()), tuple(self.whole.items()), self.shared))

    @property
    def columns(self) -> list[str]:
        """List the columns in order, scalars first."""
        return [*self.scalars, *self.whole]


@dataclass(slots=True)
class _Node:
    """One object of the path tree: the attributes of its decoded form, the objects below it, and an empty one."""

    leaves: list[tuple[str, str]] = field(default_factory=list)
    inner: dict[str, _Node] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    nothing: Any = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A decoder and, for each level, how its decoded values become columns."""

    decode: Callable[[str], Any]
    node: _Node


def read_fields(texts: pl.Series, fields: Fields) -> pl.DataFrame:
    """Take fields out of JSON objects: one String column each, and `refusal` where a text is no object (else null).

    Null texts give nulls and no refusal. Two paths may not lead into each other (`a` as a scalar and `a.b`).
    """
    if fields.shared is not None:
        return _read_shared(texts, fields, fields.shared)
    pieces = [_read_piece(texts.slice(start, _PIECE), fields) for start in range(0, len(texts), _PIECE)]
    return pl.concat(pieces) if pieces else _read_piece(texts, fields)


def _read_shared(texts: pl.Series, fields: Fields, key: str) -> pl.DataFrame:
    inner = {c: path.removeprefix(f"{key}.") for c, path in fields.scalars.items() if path.startswith(f"{key}.")}
    outer = {c: path for c, path in fields.scalars.items() if c not in inner}
    found = read_fields(texts, Fields(outer, {**fields.whole, _SHARED: key}))
    distinct = found[_SHARED].unique().drop_nulls()
    held = read_fields(distinct, Fields(inner)).drop(REFUSAL).with_columns(distinct.alias(_SHARED))
    whole = found.join(held, on=_SHARED, how="left", maintain_order="left")
    return whole.select(REFUSAL, *fields.columns)


def read_either_case(texts: pl.Series, fields: Fields, proof: str) -> pl.DataFrame:
    """Take fields out of objects whose keys are as their maker writes them, or in lower case as warehouses do.

    `proof` is the column that every record of the first kind has.
    """
    found = read_fields(texts, fields)
    is_other = found[proof].is_null() & found[REFUSAL].is_null() & texts.is_not_null()
    if not is_other.any():
        return found
    place = is_other.arg_true()
    others = texts.gather(place)
    outer, all_of_it = (read_fields(others, _renamed(fields, change)) for change in (_lower_first, str.lower))
    return found.with_columns(
        found[column].scatter(place, outer[column].zip_with(outer[column].is_not_null(), all_of_it[column]))
        for column in fields.columns
    )


def _renamed(fields: Fields, change: Callable[[str], str]) -> Fields:
    scalars, whole = ({c: change(path) for c, path in held.items()} for held in (fields.scalars, fields.whole))
    return Fields(scalars, whole)


def _lower_first(path: str) -> str:
    first, dot, rest = path.partition(".")
    return first.lower() + dot + rest


def steps_of(path: str) -> list[str]:
    """Split a dotted path; after `=` comes one key as it is, dots and all."""
    return [path[1:]] if path.startswith("=") else path.split(".")


def parsed(text: str | None) -> Any:
    """Read one JSON text into Python values; null for what is none. For work per distinct text, not per row."""
    try:
        return None if text is None else msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def plain_texts(texts: pl.Series) -> pl.Series:
    """Take JSON strings out of their quotes; any other text stays as it is."""
    is_quoted = texts.str.starts_with('"').fill_null(False)
    if not is_quoted.any():
        return texts
    place = is_quoted.arg_true()
    plain = [value if isinstance(value, str) else None for value in map(parsed, texts.gather(place).to_list())]
    return texts.scatter(place, pl.Series(plain, dtype=pl.String))


def _read_piece(texts: pl.Series, fields: Fields) -> pl.DataFrame:
    plan = _plan(fields)
    rows, odd = _decode_all(texts.to_list(), plan.decode)
    columns: dict[str, list[Any]] = {}
    _collect(rows, plan.node, columns)
    refusals: list[str | None] = [None] * len(rows)
    for place, text in odd:
        refusals[place], values = _read_odd(text, fields)
        for column, value in values.items():
            columns[column][place] = value
    series = [_as_series(column, columns[column], column in fields.whole) for column in fields.columns]
    return pl.DataFrame([pl.Series(REFUSAL, refusals, dtype=pl.String), *series])


def _decode_all(texts: Sequence[str | None], decode: Callable[[str], Any]) -> tuple[list[Any], list[tuple[int, str]]]:
    """Decode texts one after the other at the speed of the library; those it refuses come back with their place."""
    rows: list[Any] = []
    odd: list[tuple[int, str]] = []
    waiting = iter(texts)
    while True:
        try:
            rows.extend(map(decode, waiting))  # type: ignore[arg-type]
        except (msgspec.MsgspecError, RecursionError, ValueError, TypeError):
            text = texts[len(rows)]
            if text is not None:
                odd.append((len(rows), text))
            rows.append(None)
        else:
            return rows, odd


def _collect(rows: Iterable[Any], node: _Node, columns: dict[str, list[Any]]) -> None:
    """Turn decoded objects into columns, one attribute at a time; an object that is missing has nothing in it."""
    nothing = node.nothing
    held = [nothing if row is None else row for row in rows]
    for column, attribute in node.leaves:
        columns[column] = list(map(attrgetter(attribute), held))
    for attribute, inner in node.inner.items():
        _collect(map(attrgetter(attribute), held), inner, columns)


@lru_cache(maxsize=256)
def _plan(fields: Fields) -> _Plan:
    root = _Node()
    for is_whole, paths in ((False, fields.scalars), (True, fields.whole)):
        for column, path in paths.items():
            *parents, last = steps_of(path)
            node = root
            for parent in parents:
                node = node.inner.setdefault(_attribute(node, parent), _Node())
            attribute = _attribute(node, last)
            node.leaves.append((column, attribute))
            if is_whole:
                node.whole.add(attribute)
    return _Plan(msgspec.json.Decoder(_struct(root)).decode, root)


def _attribute(node: _Node, key: str) -> str:
    """Name the attribute that holds a key; keys such as `@timestamp` are no names of Python's."""
    return node.attributes.setdefault(key, f"f{len(node.attributes)}")


def _struct(node: _Node) -> Any:
    """Make the type an object is decoded into, with whatever may be missing."""
    members: list[tuple[str, Any, Any]] = []
    for attribute in node.attributes.values():
        if attribute in node.inner:
            assert not any(attribute == leaf for _, leaf in node.leaves), "a path leads into another"
            members.append((attribute, _struct(node.inner[attribute]) | None, None))
        elif attribute in node.whole:
            members.append((attribute, msgspec.Raw, _NULL))
        else:
            members.append((attribute, _Scalar, None))
    keys = {attribute: key for key, attribute in node.attributes.items()}
    made = msgspec.defstruct("Fields", members, rename=keys, gc=False, frozen=True)
    node.nothing = made()
    return made


def _as_series(column: str, values: list[Any], is_whole: bool) -> pl.Series:
    if not is_whole:
        return pl.Series(column, values, dtype=pl.String, strict=False)
    texts = pl.Series(column, list(map(bytes, values)), dtype=pl.Binary).cast(pl.String)
    return texts.set(texts == "null", None)


def _read_odd(text: str, fields: Fields) -> tuple[str | None, dict[str, Any]]:
    """Read one object that does not have the expected shape: wrong types are read as they are, nothing is raised."""
    try:
        value = json.loads(text, parse_constant=str, parse_int=str, parse_float=str)
    except RecursionError:
        return TOO_DEEP, {}
    except ValueError:
        return NOT_JSON, {}
    if not isinstance(value, dict):
        return NOT_OBJECT, {}
    found: dict[str, Any] = {}
    try:
        for column, path in fields.scalars.items():
            found[column] = _plain(_walk(value, path))
        for column, path in fields.whole.items():
            item = _walk(value, path)
            found[column] = _clean(json.dumps(item, ensure_ascii=False)).encode()
    except RecursionError:
        return TOO_DEEP, {}
    return None, found


def _walk(value: Any, path: str) -> Any:
    for key in steps_of(path):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _clean(value)
    return _clean(json.dumps(value, ensure_ascii=False))


def _clean(text: str) -> str:
    """Replace halves of surrogate pairs, which no UTF-8 text can hold."""
    return text.encode("utf-8", "replace").decode()
