"""What tests of line formats share: lines read by a format, other hands' vectors, and lines gone wrong."""

from __future__ import annotations

import json
import random
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs.formats import Format, Options
from tests.intake.formats.conformance import SHARED


def vectors(name: str) -> list[dict[str, Any]]:
    """Read a file of other hands' vectors; skips the test where it is not at hand."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"other hands' vectors are not at hand: {path.name}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_texts(made: Format, texts: list[str], header: str | None = None, **options: Any) -> list[dict[str, Any]]:
    """Read some records of text by a format."""
    frame = pl.DataFrame(
        {"line": range(1, len(texts) + 1), "text": texts, "header": [header] * len(texts)},
        schema={"line": pl.Int64, "text": pl.String, "header": pl.String},
    )
    read = made.read(frame, Options(**options))
    assert read["line"].to_list() == frame["line"].to_list()
    assert set(read.columns) >= {"line", "refusal", *made.roles}
    return read.to_dicts()


def spoil(lines: list[str], seed: int, count: int) -> list[str]:
    """Make lines that are cut, spliced, doubled, and written over with what breaks parsers."""
    draw = random.Random(seed)
    odd = ['"', "\\", "\\x", "\x00", "-", " ", "[", "]", "\t", "é", "\u202e", "{", "'", ",", "%", "\ufffd", "9" * 40]
    spoilt = []
    for _ in range(count):
        line, other = draw.choice(lines), draw.choice(lines)
        place, end = draw.randrange(len(line) + 1), draw.randrange(len(other) + 1)
        spoilt.append(
            draw.choice(
                [
                    line[:place],
                    line[place:],
                    line[:place] + other[end:],
                    line[:place] + draw.choice(odd) * draw.choice([1, 2, 1000]) + line[place:],
                    line[:place] + line[place + draw.randrange(1, 9) :],
                    line + other,
                ]
            )
        )
    return spoilt


def check_spoilt(made: Format, lines: list[str], header: str | None = None, **options: Any) -> None:
    """Read spoilt lines: every one comes back, refused with a fixed reason or with roles that are texts."""
    reasons = set()
    for seed in range(8):
        for row in read_texts(made, spoil(lines, seed, 250), header, **options):
            reasons.add(row["refusal"])
            assert all(value is None or isinstance(value, str) for name, value in row.items() if name != "line")
    assert len(reasons - {None}) <= 12
    assert None in reasons
