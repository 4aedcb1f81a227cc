"""Frames of drawn records for formats of JSON objects, and what every such reader must withstand."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import polars as pl

from pipeline.intake.logs.formats import Options
from pipeline.intake.logs.registry import FORMATS

_MARK = "Zq7CanaryValue"
_ODD: list[Any] = [
    None, True, -1, 1.5, 10**30, "", "x", "\x00", "\udc00", "{", [], [[]], {}, {"a": {"b": [None]}}, [{"x": 1}], "arn:",
    "2026-13-45T99:00:00Z", "=cmd()", "../..", "‮", ["a", 1, None], {"items": {}}, "a" * 5000,
]  # fmt: skip


def texts_of(records: list[Any]) -> pl.DataFrame:
    """Make the frame that a format of objects reads."""
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    return pl.DataFrame({"line": range(1, len(texts) + 1), "text": texts}, schema={"line": pl.Int64, "text": pl.String})


def read_with(name: str, records: list[Any]) -> pl.DataFrame:
    """Read drawn records with one format, and hold it to its contract."""
    frame = texts_of(records)
    found = FORMATS[name].read(frame, Options())
    assert found["line"].to_list() == frame["line"].to_list()
    assert found.columns == ["line", "refusal", *FORMATS[name].roles]
    assert set(found.drop("line").dtypes) <= {pl.String, pl.Null}
    return found


def read_one(name: str, record: Any) -> dict[str, Any]:
    """Read one drawn record; what is null is left out."""
    row = read_with(name, [record]).row(0, named=True)
    return {role: value for role, value in row.items() if value is not None and role != "line"}


def withstand(name: str, records: list[Any], rounds: int = 60) -> None:
    """Mutate, truncate and splice records: no crash, as many rows as lines, no value in a reason, no neighbour lost."""
    dice = random.Random(len(records))
    plain = read_with(name, records)
    for _ in range(rounds):
        broken = [_breakage(dice)(dice, json.loads(json.dumps(record))) for record in records]
        mixed = [one for pair in zip(records, broken, strict=True) for one in pair]
        found = read_with(name, mixed)
        assert found[::2].drop("line").equals(plain.drop("line")), "a neighbour was touched"
        assert not found["refusal"].drop_nulls().str.contains(_MARK, literal=True).any()
        assert found["refusal"].drop_nulls().str.len_chars().max() in (None, *range(80))


def _breakage(dice: random.Random) -> Callable[[random.Random, Any], Any]:
    return dice.choice([_mutated, _mutated, _mutated, _truncated, _spliced, _bombed, _doubled])


def _mutated(dice: random.Random, record: Any) -> Any:
    """Put something odd in the place of some values, however deep."""
    if isinstance(record, dict):
        return {key: _mutated(dice, value) for key, value in record.items() if dice.random() > 0.05}
    if isinstance(record, list) and dice.random() > 0.2:
        return [_mutated(dice, value) for value in record]
    return dice.choice([*_ODD, _MARK]) if dice.random() < 0.25 else record


def _truncated(dice: random.Random, record: Any) -> str:
    text = json.dumps(record)
    return text[: dice.randrange(len(text))]


def _spliced(dice: random.Random, record: Any) -> str:
    text = json.dumps(record)
    first, second = sorted(dice.randrange(len(text)) for _ in range(2))
    return text[:second] + _MARK + text[first:]


def _bombed(dice: random.Random, record: Any) -> str:
    deep = dice.choice(["[" * 20_000, '{"a":' * 20_000, "[" * 5_000 + "]" * 5_000, "9" * 6_000, "1e99999"])
    return json.dumps({**record, "bomb": 0}).replace('"bomb": 0', f'"bomb": {deep}')


def _doubled(dice: random.Random, record: Any) -> str:
    """Say every key twice: the last one holds, as in any JSON reader."""
    text = json.dumps(record)
    return text[:-1] + ", " + text[1:] if record else text
