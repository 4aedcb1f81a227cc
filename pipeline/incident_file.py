"""The incident file as read from disk: a valid model, or one refusal that names every mistake with its line.

This room joins YAML, models and checks and puts what they find into sentences. It opens no log and no dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline import config
from pipeline.config import IncidentFile, Model
from pipeline.config_checks import find_problems
from pipeline.errors import ConfigurationError
from pipeline.marked_yaml import read_marked
from pipeline.problems import Keys, Problem, show, suggest

MOST_SHOWN = 100

_ANY = "*"
# How pydantic names the ways in which a key may be written, inside a path.
_ALTERNATIVES = ("function-", "ByColumn")
_PARTS: dict[Keys, type[Model]] = {
    (): IncidentFile,
    ("incident",): config.Incident,
    ("logs", _ANY): config.Log,
    ("logs", _ANY, "words"): config.Words,
    ("logs", _ANY, "coverage", _ANY): config.Stretch,
    ("datasets", _ANY): config.Dataset,
    ("datasets", _ANY, "columns", _ANY): config.Column,
    ("routes", _ANY): config.Route,
    ("unlogged_copies", _ANY): config.UnloggedCopy,
    ("interceptions", _ANY): config.Interception,
    ("interceptions", _ANY, "devices", _ANY): config.Device,
    ("identity",): config.Identity,
    ("limits",): config.Limits,
}
# What stands in for a wrong value while the rest of the file is judged; it is never returned.
_STAND_INS: dict[str, Any] = {
    "id": "x",
    "path": "x",
    "role": "crm",
    "brand": "x",
    "field": "other_personal_data",
    "status": "complete",
    "resource": "x",
    "dataset": "x",
    "from": "1900-01-01",
    "until": "2999-12-31",
    "device": "x",
    "time": "x",
    "devices": [{"device": "x"}],
    "columns": {"time": "other_personal_data"},
    "incident": {"id": "x"},
    "logs": {},
    "datasets": {},
}
_SHAPES = {
    "string_type": ("must be one text", "write one value; quote it if it holds special characters"),
    "list_type": ("must be a list", "start each item with '-' on a line of its own, or write [a, b]"),
    "dict_type": ("must be a mapping of keys to values", "write KEY: VALUE, each on an indented line of its own"),
    "model_type": ("must be a mapping of keys to values", "write KEY: VALUE, each on an indented line of its own"),
    "bool_type": ("must be true or false", "write true or false"),
    "bool_parsing": ("must be true or false", "write true or false"),
    "int_type": ("must be a whole number", "write digits, such as 6"),
    "int_parsing": ("must be a whole number", "write digits, such as 6"),
    "int_from_float": ("must be a whole number", "write digits, such as 6"),
    "float_type": ("must be a number", "write a number, such as 0.01"),
    "float_parsing": ("must be a number", "write a number, such as 0.01"),
    "too_short": ("is empty", "write at least one value, or leave the key out"),
    "blank": ("is empty", "write a value, or leave the key out"),
    "owner": ("must be a name, or the one key 'column' with a column's name", "write NAME, or {column: COLUMN}"),
    "twice": ("'log' and 'logs' are both given", "keep logs: [a, b]"),
}


@dataclass(frozen=True)
class IncidentSource:
    """A valid incident file and where each of its keys stands."""

    path: Path
    folder: Path
    model: IncidentFile
    lines: Mapping[Keys, int]

    def where(self, *keys: str | int) -> str:
        """Name a key's place as `incident.yaml:12: datasets.crm.path`; one that is left out has its parent's line."""
        return _place(self.path, self.lines, keys)


def read_incident_file(path: Path) -> IncidentSource:
    """Read and judge an incident file.

    Raises ConfigurationError with every mistake of the file, in the order of its lines.
    """
    marked = read_marked(path)
    known = _keys_of(IncidentFile)
    value = {key: item for key, item in marked.value.items() if item is not None or key not in known}
    found = list(marked.problems)
    empty = [problem.keys for _, problem in found if _value_at(value, problem.keys) is None]
    model, problems = _validate(value, empty)
    found += [(_written(marked.lines, problem.keys)[0], problem) for problem in problems]
    if found or model is None:
        raise _refusal(path, marked.lines, sorted(found, key=lambda pair: pair[0]))
    return IncidentSource(path, path.parent, model, MappingProxyType(marked.lines))


def _validate(value: dict[str, Any], broken: list[Keys]) -> tuple[IncidentFile | None, list[Problem]]:
    """Judge the shape first, then what holds between the parts, as far as the parts can be read."""
    try:
        model: IncidentFile | None = IncidentFile.model_validate(value)
        problems: list[Problem] = []
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = _without(_each_once(map(_translate, details)), broken)
        model = _mend(value, details)
    if model is not None:
        problems += _without(find_problems(model), [*broken, *(problem.keys for problem in problems)])
    return model, problems


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the first of several findings about one key: the others say that it is no alternative either."""
    return list({problem.keys: problem for problem in reversed(list(problems))}.values())[::-1]


def _without(problems: Iterable[Problem], broken: list[Keys]) -> list[Problem]:
    """Leave out what only follows from a mistake already named: at the same key, below it, or just above."""
    return [problem for problem in problems if not any(_follows(problem.keys, keys) for keys in broken)]


def _follows(keys: Keys, broken: Keys) -> bool:
    is_name = len(keys) == 2 and keys[0] in ("logs", "datasets")  # what is wrong with a name stands on its own
    return keys[: len(broken)] == broken or (keys == broken[:-1] != () and not is_name)


def _value_at(value: Any, keys: Keys) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else value[int(key)]
    return value


# From pydantic's findings to ours


def _translate(detail: ErrorDetails) -> Problem:
    keys, kind, given = _keys_at(detail), detail["type"], detail["input"]
    context = detail.get("ctx", {})
    last = str(keys[-1]) if keys else ""
    if kind == "missing":
        return Problem(keys, f"{show(last)} is missing", _how_to_write(keys[:-1], last))
    if kind == "extra_forbidden":
        part = _part_at(keys[:-1])
        return Problem(keys, f"unknown key {show(last)}", suggest(last, _keys_of(part) if part else []))
    if kind == "literal_error" and isinstance(given, str):
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return Problem(keys, f"unknown word {show(given)}", suggest(given, choices))
    if kind == "literal_error":
        return Problem(keys, "must be one word", f"write one of {context.get('expected', '')}".replace("'", ""))
    if kind in ("greater_than_equal", "less_than_equal"):
        side = "small" if kind == "greater_than_equal" else "large"
        limit = context.get("ge", context.get("le"))
        return Problem(keys, f"is too {side}", f"write {limit:g} or {'more' if side == 'small' else 'less'}")
    if kind == "string_type" and keys[0] in ("intruder", "trusted") and isinstance(given, dict):
        name = next(str(key) for key in reversed(keys) if isinstance(key, str))
        return Problem(keys, "a condition is one value or a list of values", suggest(name, config.SELECTOR_KEYS))
    return Problem(keys, *_SHAPES.get(kind, ("cannot be read here", _how_to_write(keys[:-1], last))))


def _keys_at(detail: ErrorDetails) -> Keys:
    is_selector = detail["loc"][:1] in (("intruder",), ("trusted",))
    inner = {config.STRETCHES, config.WORD} | ({"conditions"} if is_selector else set())
    return tuple(key for key in detail["loc"] if key not in inner and not str(key).startswith(_ALTERNATIVES))


def _part_at(keys: Keys) -> type[Model] | None:
    for pattern, part in _PARTS.items():
        if len(pattern) == len(keys) and all(one in (_ANY, key) for one, key in zip(pattern, keys, strict=True)):
            return part
    return None


def _keys_of(part: type[Model]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def _how_to_write(parent: Keys, key: str) -> str:
    part = _part_at(parent)
    for name, field in part.model_fields.items() if part else ():
        if key == (field.alias or name):
            choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
            return f"write {key}: {' | '.join(choices) or '…'}   ({field.description})"
    return "see docs/incident-file.md"


# A stand-in for each wrong value, so that the rest can be judged in the same run


def _mend(value: dict[str, Any], details: list[ErrorDetails]) -> IncidentFile | None:
    mended = deepcopy(value)
    for _ in range(3):
        if not all(_mend_one(mended, _keys_at(detail)) for detail in details):
            return None
        try:
            return IncidentFile.model_validate(mended)
        except ValidationError as error:
            details = error.errors(include_url=False)
    return None


def _mend_one(value: Any, keys: Keys) -> bool:
    parent, last = value, keys[-1] if keys else ""
    for key in keys[:-1]:
        is_inside = isinstance(parent, dict) and key in parent
        is_inside = is_inside or (isinstance(parent, list) and isinstance(key, int) and key < len(parent))
        if is_inside:
            parent = parent[key]
        elif key != 0:
            return False
    part = _part_at(keys[:-1])
    if not isinstance(parent, dict) or not isinstance(last, str):
        return False
    is_required = part is not None and any(
        (field.alias or name) == last and field.is_required() for name, field in part.model_fields.items()
    )
    parent.pop(last, None)
    if is_required:
        parent[last] = deepcopy(_STAND_INS[last])
    return True


# Places and refusals


def _written(lines: Mapping[Keys, int], keys: Keys) -> tuple[int, Keys]:
    """Find a key as it was written: models know lists of one and long forms where the file has the short."""
    at: Keys = ()
    for position, key in enumerate(keys):
        if (*at, key) in lines:
            at = (*at, key)
        elif key == "logs" and (*at, "log") in lines:
            at = (*at, "log")
        elif not (key in (0, "conditions") or (key == "field" and position == len(keys) - 1)):
            return lines.get(at, 1), (*at, *keys[position:])
    return lines.get(at, 1), at


def _place(path: Path, lines: Mapping[Keys, int], keys: Keys) -> str:
    line, written = _written(lines, keys)
    return _name_place(path, line, written)


def _name_place(path: Path, line: int, keys: Keys) -> str:
    named = "".join(f"[{key}]" if isinstance(key, int) else f".{_name_key(key)}" for key in keys).lstrip(".")
    return f"{path}:{line}: {named}" if named else f"{path}:{line}"


def _name_key(key: str) -> str:
    is_harmless = key and len(key) <= 80 and key.isprintable() and "@" not in key
    return key if is_harmless else "(not shown)"


def _refusal(path: Path, lines: Mapping[Keys, int], found: list[tuple[int, Problem]]) -> ConfigurationError:
    errors = [
        ConfigurationError(
            problem.what, where=_name_place(path, line, _written(lines, problem.keys)[1]), remedy=problem.remedy
        )
        for line, problem in found
    ]
    if len(errors) == 1:
        return errors[0]
    shown = [str(error) for error in errors[:MOST_SHOWN]]
    more = [f"… and {len(errors) - MOST_SHOWN} more"] if len(errors) > MOST_SHOWN else []
    return ConfigurationError("\n".join([f"{len(errors)} things to correct", *shown, *more]), where=str(path))
