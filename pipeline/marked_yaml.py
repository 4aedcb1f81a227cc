"""YAML as plain dicts, lists and texts, with the line of every key: the one room that reads it.

This room knows no incident: any YAML will do. It runs no code from the file, keeps every scalar as the text that was
written (a date stays a date as text, `no` stays a word), and bounds what hostile text may cost.
"""

from __future__ import annotations

import stat
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from pipeline.errors import ConfigurationError
from pipeline.problems import Keys, Problem, show

MOST_BYTES = 250_000
MOST_NODES = 100_000
MOST_LEVELS = 24

_CORE = "tag:yaml.org,2002:"
_TEXTS = frozenset(_CORE + name for name in ("str", "int", "float", "bool", "timestamp", "value"))
# The parser's words may hold the text they stumble over, so they are matched and never repeated.
_SYNTAX = {
    "cannot start any token": (
        "a tab or a reserved character stands where a value starts",
        "indent with spaces; quote",
    ),
    "mapping values are not allowed": ("a second ':' in one value", 'quote the text: "a: b"'),
    "could not find expected ':'": ("a key without ':'", "write KEY: VALUE"),
    "another document": ("a second document starts", "keep one document; remove the line ---"),
    "undefined alias": ("an alias (*name) without its anchor (&name)", "write the value itself, or quote the *"),
    "duplicate anchor": ("an anchor (&name) is given twice", "give each anchor its own name"),
    "end of stream": ("a quote or bracket is never closed", "close it"),
    "expected <block end>": ("the indentation does not fit the lines above", "indent sisters alike, with spaces"),
    "expected ',' or": ("a bracket is never closed, or a comma is missing", "close it"),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """What a YAML file says, the line of each key and list item, and what is wrong with the YAML itself."""

    value: Any
    lines: dict[Keys, int] = field(default_factory=dict)
    problems: list[tuple[int, Problem]] = field(default_factory=list)


def read_marked(path: Path) -> Marked:
    """Read a YAML file; nulls stay None, every other scalar is text.

    Raises ConfigurationError if it cannot be opened or is no YAML; lesser mistakes are among its problems.
    """
    node = _compose(path, _read_text(path))
    marked = Marked(None) if node is None else _convert_root(path, node)
    if not isinstance(marked.value, dict):
        what = "the file is empty" if marked.value is None else "the file is not a mapping of keys to values"
        remedy = "start with incident:, logs: and datasets:; `scope init FILES…` writes a first one"
        raise ConfigurationError(what, where=f"{path}:1", remedy=remedy)
    return marked


def _read_text(path: Path) -> str:
    data = _read_bytes(path)
    if b"\0" in data[:4096]:
        what = "the file is binary, or text in UTF-16"
        raise ConfigurationError(what, where=str(path), remedy="give the incident file, saved as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = "the file is not UTF-8 text"
        raise ConfigurationError(what, where=f"{path}:{line}", remedy="save it as UTF-8") from None


def _read_bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = "the incident file is a folder or a device"
            raise ConfigurationError(what, where=str(path), remedy="give the file, such as folder/incident.yaml")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        remedy = "check the path; `scope init FILES…` writes a first incident file"
        raise ConfigurationError("there is no such incident file", where=str(path), remedy=remedy) from None
    except PermissionError:
        what = "the incident file may not be read (permission denied)"
        raise ConfigurationError(what, where=str(path), remedy="ask its owner, or run as a user who may") from None
    except (OSError, ValueError):
        what = "the incident file cannot be read"
        raise ConfigurationError(what, where=str(path), remedy="check the path and the disk") from None
    if len(data) > MOST_BYTES:
        what = f"the incident file is larger than {MOST_BYTES // 1_000} kB"
        raise ConfigurationError(what, where=str(path), remedy="is it a log or a dataset? give the incident file")
    return data


def _compose(path: Path, text: str) -> Node | None:
    """Parse without constructing: no tag is obeyed, no alias expanded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser's warnings repeat the text
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
            return node
    except RecursionError:
        raise _too_much(f"{path}", "brackets or lists are nested too deep") from None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        remedy = r'remove it; in double quotes, "\t" is a tab'
        raise ConfigurationError("a control character", where=f"{path}:{line}", remedy=remedy) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        what, remedy = _explain(str(error.problem or ""))
        raise ConfigurationError(f"this is not YAML: {what}", where=where, remedy=remedy) from None
    except (YAMLError, Exception):  # a foreign parser on foreign text: whatever it trips over, the file is at fault
        remedy = "check indentation, quotes and brackets with a YAML editor"
        raise ConfigurationError("this is not YAML", where=str(path), remedy=remedy) from None


def _explain(problem: str) -> tuple[str, str]:
    for sign, explanation in _SYNTAX.items():
        if sign in problem:
            return explanation
    return "the text breaks its rules here", "check indentation, quotes and brackets on this line and the one above"


def _too_much(where: str, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=where, remedy="write it out flat, without aliases (*name)")


def _convert_root(path: Path, node: Node) -> Marked:
    marked = Marked(None)
    budget = [MOST_NODES]
    try:
        value = _convert(node, (), marked, budget)
    except _Exhausted as error:
        raise _too_much(f"{path}:{error.line}", "the file unfolds into too much") from None
    return Marked(value, marked.lines, marked.problems)


class _Exhausted(Exception):  # noqa: N818 – never leaves this room
    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__()


def _convert(node: Node, keys: Keys, marked: Marked, budget: list[int]) -> Any:
    line = node.start_mark.line + 1
    marked.lines.setdefault(keys, line)
    budget[0] -= 1
    if budget[0] < 0 or len(keys) > MOST_LEVELS:
        raise _Exhausted(line)
    if isinstance(node, MappingNode) and node.tag == _CORE + "map":
        return _convert_mapping(node, keys, marked, budget)
    if isinstance(node, SequenceNode) and node.tag == _CORE + "seq":
        return [_convert_item(item, (*keys, number), marked, budget) for number, item in enumerate(node.value)]
    if isinstance(node, ScalarNode) and node.tag == _CORE + "null":
        return None
    if not isinstance(node, ScalarNode) or node.tag not in _TEXTS:
        marked.problems.append((line, Problem(keys, "a tag (!…) has no meaning here", "write the plain value")))
        return None
    return _check_text(node.value, line, keys, marked)


def _convert_item(node: Node, keys: Keys, marked: Marked, budget: list[int]) -> Any:
    value = _convert(node, keys, marked, budget)
    if value is None:
        _add_once(marked, node.start_mark.line + 1, Problem(keys, "is empty", "write a value, or remove the '-'"))
    return value


def _convert_mapping(node: MappingNode, keys: Keys, marked: Marked, budget: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or key_node.tag not in _TEXTS | {_CORE + "null"}:
            is_merge = isinstance(key_node, ScalarNode) and key_node.tag == _CORE + "merge"
            what = "a merge key (<<) has no meaning here" if is_merge else "a key is not a plain text"
            marked.problems.append((line, Problem(keys, what, "write the keys out")))
            continue
        key = str(_check_text(key_node.value, line, keys, marked))
        place = (*keys, key)
        if key in found:
            what = f"the key {show(key)} is written twice (lines {marked.lines[place]} and {line})"
            marked.problems.append((line, Problem(place, what, "keep one of the two")))
            continue
        marked.lines[place] = line
        found[key] = _convert(value_node, place, marked, budget)
        if found[key] is None and keys:
            _add_once(marked, line, Problem(place, "is empty", "write a value, or leave the key out"))
    return found


def _add_once(marked: Marked, line: int, problem: Problem) -> None:
    if all(problem.keys != other.keys for _, other in marked.problems):
        marked.problems.append((line, problem))


def _check_text(text: str, line: int, keys: Keys, marked: Marked) -> str:
    is_broken = any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)
    if is_broken:
        problem = Problem(keys, "holds a character that no text has (NUL or half a pair)", "remove it")
        marked.problems.append((line, problem))
        return "?"
    return text
