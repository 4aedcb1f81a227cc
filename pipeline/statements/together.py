"""Plans of one shape → one query: the constants of each are a row, and records are looked up by them.

An application asks for one record at a time, ten thousand times. Such look-ups differ in their constants alone, so one
join answers all of them, also where each stops at a limit or joins another dataset. This room must not know what a
condition means; it sees the SQL that `compile` wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.statements.compile import Body
from pipeline.statements.reading import Node
from pipeline.statements.sandbox import Sandbox

FEWEST = 3
# So many are answered by one query, so that no join holds more than it must.
MOST = 2_000
_MARK = r"(?:(?:lower|upper|trim|rtrim|ltrim|cast)\()*\$(v\d+)\)?(?: as \w+(?:\(\d+, \d+\))?)?\)*"
_EQUAL = re.compile(rf"([^$]+) = {_MARK}")
_LISTED = re.compile(r"([^$]+) in \(select ((?:\w+\()*)unnest\(\$(v\d+)\)(\)*(?: as \w+(?:\(\d+, \d+\))?)?\)*)\)")
_COUNTED = "select number, count(*) from found_rows group by number"
_JOINS = ("", "cross", "inner", "left")


@dataclass(frozen=True, slots=True)
class Asked:
    """One replay: its number, why it is no more than an upper bound (if it is), its body and the body's values.

    `limit` is how many rows it may give; `has_rows` asks for them to be counted.
    """

    number: int
    reason: str | None
    body: Body
    values: Mapping[str, Any]
    limit: int | None = None
    has_rows: bool = False


def shape_of(asked: Asked) -> tuple[object, ...] | None:
    """Name what plans that can be answered together have in common; None for one that is no look-up."""
    body = asked.body
    listed = _lists(body.upper)
    is_look_up = bool(listed) or any(_fits(_EQUAL, part) for part in _parts(body.upper))
    rest = _given(body.upper), _given(body.lower), body.source
    if not is_look_up or len(listed) > 1 or any("unnest(" in text for text in rest):
        return None
    return body, asked.limit is None, asked.has_rows


def is_flat(query: Node) -> bool:
    """Tell a query whose FROM holds datasets alone, so that its rows can be told apart by the constants they fit."""
    if query[0] != "select" or query[3] is not None:
        return False
    if any(source[0] != "base" or kind not in _JOINS for kind, _, source, _ in query[1]):
        return False
    return all(part[7] is None and not part[8] and is_flat(part) for part in _inner(query[2:7]))


def _inner(node: Any) -> Iterable[Node]:
    if isinstance(node, tuple) and node[:1] not in (("values",), ("text",)):
        if node[:1] in (("select",), ("union",)):
            yield node if node[0] == "select" else ("select", (("", "", ("query",), ()),), *(None,) * 7)
            return
        for part in node:
            yield from _inner(part)


def answer(held: Sequence[Asked], sandbox: Sandbox, why: str) -> tuple[dict[int, int], set[int]]:
    """Write the records of replays of one shape into `replayed`.

    Returns the rows that each gave, where they were to be counted, and the replays whose limit may have left rows out:
    of those nothing is written. Raises TooCostlyError as `Sandbox.run` does.
    """
    counts: dict[int, int] = {}
    cut: set[int] = set()
    for start in range(0, len(held), MOST):
        part = held[start : start + MOST]
        found, left = _answer(part, sandbox, why)
        counts |= found
        cut |= left
    return counts, cut


def _answer(held: Sequence[Asked], sandbox: Sandbox, why: str) -> tuple[dict[int, int], set[int]]:
    body = held[0].body
    listed = _fill(held, sandbox)
    upper, lower = _given(body.upper), _given(body.lower)
    lists = " inner join given_items as l on l.number = p.number" if listed else ""
    joins = f"inner join {body.first} on true{_given(body.source[len(body.first) :])}"
    rows = f"from given_values as p{lists} {joins} where {upper}"
    sure = "true" if body.upper == body.lower else f"coalesce({lower}, false)"
    cut: set[int] = set()
    if held[0].limit is not None:
        limits = {asked.number: asked.limit for asked in held}
        counted = sandbox.run(f"select p.number, count(*), bool_and({sure}) {rows} group by p.number", {})
        cut = {number for number, count, is_sure in counted if not is_sure or count > (limits[number] or 0)}
    kept = " and p.number not in (select unnest($v0))" if cut else ""
    found = f"select p.number, {body.record} as rn, {sure} as is_sure {rows}{kept}"
    sandbox.run(f"create or replace table found_rows as {found}", {"v0": sorted(cut)})
    reason = f"coalesce(min(p.reason), case when bool_or(f.is_sure) then null else '{why}' end)"
    sandbox.run(
        f"insert into replayed select f.number, f.rn, {reason} from found_rows as f"
        " inner join given_values as p on p.number = f.number where f.rn is not null group by f.number, f.rn",
        {},
    )
    counts: dict[int, int] = {}
    if held[0].has_rows and body.upper == body.lower and not listed:
        counts = {asked.number: 0 for asked in held if asked.number not in cut}
        counts |= dict(sandbox.run(_COUNTED, {}))
    sandbox.run("drop table found_rows", {})
    return counts, cut


def _fill(held: Sequence[Asked], sandbox: Sandbox) -> str | None:
    """Make the table of constants; return the mark of the list that is looked up, whose items get a table."""
    first = held[0].values
    names = [name for name in first if name.startswith("v") and not isinstance(first[name], list)]
    kinds = ["number bigint", "reason varchar", "instant timestamp", "now timestamp"]
    rows = [
        (each.number, each.reason, each.values.get("at"), each.values.get("now"), *map(each.values.get, names))
        for each in held
    ]
    sandbox.fill("given_values", ", ".join([*kinds, *(f"{name} varchar" for name in names)]), rows)
    listed = next(iter(_lists(held[0].body.upper)), None)
    if listed is not None:
        items = [(each.number, item) for each in held for item in each.values[listed]]
        sandbox.fill("given_items", "number bigint, item varchar", items)
    return listed


def _given(sql: str) -> str:
    """Let marks speak of a row of constants, and a list that is looked up of one item of it."""
    for part in _parts(sql):
        if found := _fits(_LISTED, part):
            sql = sql.replace(part, f"{found[1]} = {found[2]}l.item{found[4]}")
    sql = re.sub(r"\$(v\d+)\b", r"p.\1", sql)
    return sql.replace("$at", "p.instant").replace("$now", "p.now")


def _lists(sql: str) -> set[str]:
    return {found[3] for part in _parts(sql) if (found := _fits(_LISTED, part))}


def _fits(pattern: re.Pattern[str], part: str) -> re.Match[str] | None:
    """Match a condition whose left side is one whole expression of the record's."""
    found = pattern.fullmatch(part)
    if found is None or found[1].count("(") != found[1].count(")") or re.search(r" (?:and|or) |^not\b", found[1]):
        return None
    return found


def _parts(sql: str) -> list[str]:
    """Take a condition apart at the ANDs that stand outside all brackets."""
    text = sql.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1]
    parts: list[str] = []
    depth = start = 0
    for found in re.finditer(r"\(|\)| and | or ", text):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0] == " or ":
            return [sql] if not parts else []
        if depth == 0 and found[0] == " and ":
            parts.append(text[start : found.start()])
            start = found.end()
    parts.append(text[start:])
    return parts if len(parts) == 1 else [inner for part in parts for inner in _parts(part)]


def _closing(text: str) -> int:
    depth = 0
    for found in re.finditer(r"[()]", text):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    return -1
