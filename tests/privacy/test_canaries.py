"""Marked values may be found in the inputs and in `contacts`, and nowhere else, in whatever letter case."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

MARK = "qzcanary"
# Marked values that are digits, so that they cannot carry the letters of the mark.
DIGITS = ("1971-02-1", "7777", "900077")
# Ids of a key drawn anew for each run, which now and then hold such digits; a number of digits alone is none.
IDS = re.compile(r"\b(?:[cekp][0-9a-f]{20}|(?=[0-9]*[a-f])[0-9a-f]{16})\b")
Scope = Callable[..., Any]
Break = Callable[[Path], None]


def assert_unmarked(text: str, where: str) -> None:
    assert MARK not in text.lower(), f"a marked value in {where}"


def assert_nothing_left(folder: Path) -> None:
    """Nothing outside the inputs and `contacts` holds a mark: no file's bytes, no table's cell, no file's name."""
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        assert_unmarked(str(place), "a file's name")
        if not path.is_file() or "contacts" in place.parts:
            continue
        assert MARK.encode() not in path.read_bytes().lower(), f"a marked value in {place}"
        if path.suffix == ".parquet":
            cells = str(parquet.read_table(path).to_pylist())
            assert_unmarked(cells, str(place))
            named = IDS.sub("", cells)
            assert not [digits for digits in DIGITS if digits in named], f"a marked value in {place}"


def test_a_good_run_leaves_values_in_contacts_only(marked: Path, scope: Scope) -> None:
    done = scope("run")
    assert done.code == 10, done.said
    assert_unmarked(done.said, "what was said")
    assert_nothing_left(marked / "out")
    latest = (marked / "out" / "latest").resolve()
    contacts = str([parquet.read_table(path).to_pylist() for path in latest.glob("contacts/*.parquet")])
    assert MARK in contacts, "else these tests look for what is not there"
    counts = {path.stem: parquet.read_metadata(path).num_rows for path in latest.glob("*.parquet")}
    silent = [table for table in ("unresolved", "rejects", "accesses", "people", "links") if not counts[table]]
    assert not silent, "the canaries sing only if the run went where they sit"


@pytest.mark.parametrize("arguments", [("check",), ("check", "--json"), ("run", "--json", "--quiet")])
def test_no_command_says_them(arguments: tuple[str, ...], marked: Path, scope: Scope) -> None:
    done = scope(*arguments)
    assert done.code in (0, 10), done.said
    assert_unmarked(done.said, "what was said")


def append(name: str, line: str) -> Break:
    def spoil(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as stream:
            stream.write(line)

    return spoil


def replace(name: str, old: str, new: str) -> Break:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def spoil_bytes(name: str, spoiled: bytes) -> Break:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + spoiled)

    return spoil


def tear(folder: Path) -> None:
    packed = gzip.compress((folder / "crm.csv").read_bytes(), mtime=0)
    (folder / "crm.csv.gz").write_bytes(packed[: len(packed) // 2])
    replace("incident.yaml", "path: crm.csv", "path: crm.csv.gz")(folder)


# Lines that cannot be read, each alone: they are rejected, and the run goes on.
LINES: dict[str, Break] = {
    "a bad date": replace("crm.csv", "Tarn,2026-01-01", f"Tarn,{MARK}since"),
    "too many cells": append("crm.csv", f"{MARK}," * 40 + "\n"),
    "too few cells": append("crm.csv", f"{MARK}few\n"),
    "a megabyte": append("crm.csv", f"{MARK * 130_000}@x.example\n"),
    "bytes that are no text": spoil_bytes("crm.csv", f"{MARK}\xff\xfe,".encode("latin-1") * 10 + b"\n"),
    "a NUL": spoil_bytes("web.csv", f"{MARK}\0{MARK}\n".encode()),
    "JSON that is none": append("list.jsonl", f'{{"address": {MARK}\n' * 5),
    "JSON too deep": append("list.jsonl", "[" * 5000 + f'"{MARK}"' + "]" * 5000 + "\n"),
    "another type": append("list.jsonl", f'{{"address": ["{MARK}"], "phone": {{"x": "{MARK}"}}}}\n'),
    "an open quote": append("crm.csv", f'"{MARK}quote,\n'),
}
# Files that cannot be read, or an incident file that is none: the run is refused.
BROKEN: dict[str, Break] = {
    "a duplicate key": append("crm.csv", f"{MARK}a@x.example,{MARK},{MARK},,,,,,,,Fen,2026-01-01,DE,clear\n"),
    "a validity in words": replace("incident.yaml", "valid_from: since", "valid_from: given"),
    "a column that is not there": replace("incident.yaml", "valid_from: since", f"valid_from: {MARK}@x.example"),
    "no header": replace("crm.csv", "mail,given,family", f"{MARK}a@x.example,{MARK},{MARK}b"),
    "a header twice": replace("crm.csv", "mail,given,family", "mail,mail,mail"),
    "a torn archive": tear,
    "YAML that is none": append("incident.yaml", f"intruder: [{MARK}@x.example: {{\n"),
    "a key twice": append("incident.yaml", f"trusted: [{{principal: {MARK}@x.example}}]\n"),
    "an unknown key": append("incident.yaml", f"{MARK}@x.example: {MARK}\n"),
    "an address that is none": replace("incident.yaml", "ip: 203.0.113.7", f"ip: {MARK}@x.example"),
    "a selector's time": replace(
        "incident.yaml", "  - ip: 203.0.113.7", f"  - until: {MARK}@x.example\n    ip: 203.0.113.7"
    ),
    "too many rejects": replace("incident.yaml", "reject_share: 0.9", "reject_share: 0.0"),
    "a zone that is none": replace("incident.yaml", "zone: Europe/Berlin\n", f"zone: {MARK}@x.example\n"),
}


def test_unreadable_lines_are_rejected_without_values(marked: Path, scope: Scope) -> None:
    for spoil in LINES.values():
        spoil(marked)
    done = scope("run")
    assert done.code == 10, done.said
    assert_unmarked(done.said, "what was said")
    assert_nothing_left(marked / "out")
    rejects = parquet.read_table(marked / "out" / "latest" / "rejects.parquet").to_pylist()
    assert len(rejects) >= len(LINES), rejects
    assert {reject["source"] for reject in rejects} == {"crm", "list", "web"}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_inputs_are_refused_or_rejected_without_values(name: str, marked: Path, scope: Scope) -> None:
    BROKEN[name](marked)
    done = scope("run")
    assert done.code in (3, 4, 5), done.said
    assert "Traceback" not in done.said
    assert_unmarked(done.said, "what was said")
    if (marked / "out").exists():
        assert_nothing_left(marked / "out")


def test_overlapping_brands_are_told_without_values(marked: Path, scope: Scope) -> None:
    text = (marked / "crm.csv").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "Fen" in line)
    (marked / "crm.csv").write_text(text + line.replace("Fen", "Tarn").replace("2026-01-01", "2026-02-01") + "\n")
    done = scope("run")
    assert done.code in (4, 5), done.said
    assert_unmarked(done.said, "what was said")
    assert_nothing_left(marked / "out")
