"""Random tables with random histories, and a plain replay of them; and what the pipeline says event by event.

Nothing here looks at how the pipeline works out a page: the replay keeps a dict of the rows that are there and sorts it.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.engines.on_duckdb import open_duckdb
from pipeline.incident_file import read_incident_file
from pipeline.intake import land
from pipeline.paths import find_sql
from pipeline.statements.replay import replay
from pipeline.steps import load_steps, upstream
from pipeline.window import parse_window

START = datetime(2026, 3, 1)
WINDOW = "2026-03-01T00:00:00Z/2026-04-01T00:00:00Z"
Found = dict[int, set[str]]  # by the line of the event in its log: record keys


def run_intake(folder: Path, incident: dict[str, Any], tables: set[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Land an incident and build some tables of its SQL; their rows."""
    path = folder / "incident.yaml"
    path.write_text(json.dumps(incident), encoding="utf-8")
    landed = folder / "landed"
    landed.mkdir()
    land(read_incident_file(path), parse_window(WINDOW, "UTC"), "00" * 32, landed, lambda name, count: None)
    with open_duckdb(folder) as engine:
        for file in sorted(landed.glob("*.parquet")):
            engine.load(file.stem, file)
        for file in replay({}, [], {}, folder):  # no log of these incidents carries statements
            engine.load(file.stem, file)
        for step in upstream(load_steps(find_sql()), tables | {"int_alike_events"}):
            engine.build(step.name, step.sql)
        return {
            table: engine.rows(
                f"select events.line, records.record_key, these.* from {table} as these"
                " inner join int_alike_events as alike on alike.standing_number = these.event_number"
                " inner join landed_events as events on events.event_number = alike.event_number"
                " inner join landed_records as records using (record_number)"
            )
            for table in tables
        }


def keys_by_line(rows: list[tuple[Any, ...]]) -> Found:
    """Which keys each event reached."""
    found: Found = {}
    for line, key, *_ in rows:
        found.setdefault(line, set()).add(key)
    return found


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


class Stored:
    """A stored file that is written value by value, so that where each lies is known; and requests for parts of it."""

    COLUMNS = ("id", "mail", "note", "city")  # `note` holds no personal data and is not mapped
    VALUES = ("", "Ann", "a,b", 'say "x"', "Zoë", "two\nlines", "北京 Köln", " spaced ", "plain@example.com")

    def __init__(self, seed: int, size: int, kind: str) -> None:
        self.random = random.Random(seed)
        self.kind = kind  # csv, jsonl, csv.gz
        self.data = b"\xef\xbb\xbf" if self.random.random() < 0.3 else b""
        self.spans: list[tuple[str, str, int, int]] = []  # key, column, first byte, the one after the last
        if kind != "jsonl":
            self.data += (",".join(self.COLUMNS) + self.random.choice(["\n", "\r\n"])).encode()
        for number in range(size):
            self.write_row(f"K{number}")
        self.stored = gzip.compress(self.data, mtime=0) if kind.endswith(".gz") else self.data
        self.held = {(key, column) for key, column, start, end in self.spans if start < end}
        self.requests: list[list[str]] = []
        self.expected: list[dict[str, dict[str, str]] | None] = []  # key → column → x or p; None: nobody can tell
        for _ in range(60):
            self.ask()

    def write_row(self, key: str) -> None:
        if self.kind == "jsonl":
            self.data += b"{"
        for place, column in enumerate(self.COLUMNS):
            value = key if column == "id" else self.random.choice(self.VALUES)
            self.data += b", " * (place > 0) if self.kind == "jsonl" else b"," * (place > 0)
            text = json.dumps(value, ensure_ascii=self.random.random() < 0.5) if self.kind == "jsonl" else value
            is_quoted = self.kind != "jsonl" and (any(sign in value for sign in ',"\n') or self.random.random() < 0.3)
            if self.kind == "jsonl":
                self.data += f'"{column}": "'.encode()
                text = text[1:-1]
            elif is_quoted:
                self.data += b'"'
                text = value.replace('"', '""')
            left, right = len(text) - len(text.lstrip()), len(text.rstrip())
            start = len(self.data) + len(text[:left].encode())
            self.spans.append((key, column, start, max(start, len(self.data) + len(text[:right].encode()))))
            self.data += text.encode() + b'"' * (self.kind == "jsonl" or is_quoted)
        self.data += b"}\n" if self.kind == "jsonl" else self.random.choice([b"\n", b"\r\n", b"\n"])

    def ask(self) -> None:
        size = len(self.stored)
        start, end = sorted((self.random.randrange(size), self.random.randrange(size)))
        text, stretches = self.random.choice([
            ("", [(0, size)]), (f"bytes={start}-{end}", [(start, end + 1)]), (f"{start}-", [(start, size)]),
            (f"bytes=-{size - start}", [(start, size)]), (f"bytes 0-{end}/{size}", [(0, end + 1)]),
            (f"bytes=0-{start},{end}-{size + 9}", [(0, start + 1), (end, size)]),
            (f"bytes=0-{end}", [(0, end + 1)]), (f"bytes={start}-{end}/{size + 1}", None), ("bytes=x", None),
        ])  # fmt: skip
        bytes_, outcome = "", "ok"
        if stretches is not None and len(stretches) == 1 and self.random.random() < 0.4:
            (first, last), outcome = stretches[0], "aborted"
            bytes_ = str(self.random.randint(1, last - first))
            stretches = [(first, first + int(bytes_))]
        at = START + timedelta(seconds=len(self.requests))
        self.requests.append([f"{at.isoformat()}Z", "/file", text, bytes_, outcome])
        self.expected.append(self.arrived(stretches))

    def arrived(self, stretches: list[tuple[int, int]] | None) -> dict[str, dict[str, str]] | None:
        """What a replay of the transfer holds of each value."""
        if stretches is not None and self.stored != self.data and stretches != [(0, len(self.stored))]:
            beginning = len(stretches) == 1 and stretches[0][0] == 0
            plain = zlib.decompressobj(31).decompress(self.stored[: stretches[0][1]]) if beginning else b""
            stretches = [(0, len(plain))] if beginning else None
        elif stretches == [(0, len(self.stored))]:
            stretches = [(0, len(self.data))]
        if stretches is None:
            return None
        here = bytearray(len(self.data))
        for start, end in stretches:
            here[start:end] = b"\x01" * (end - start)
        found: dict[str, dict[str, str]] = {}
        for key, column, start, end in self.spans:
            count = sum(here[start:end])
            if count:
                marks = found.setdefault(key, {})
                if column in ("mail", "city"):
                    marks[column] = "x" if count == end - start else "p"
        return found

    def incident(self, folder: Path) -> dict[str, Any]:
        """Write the inputs; the incident file."""
        (folder / f"file.{self.kind}").write_bytes(self.stored)
        names = ["time", "resource", "range", "bytes", "outcome"]
        write_csv(folder / "log.csv", names, self.requests)
        return {
            "incident": {"id": "replay", "window": WINDOW},
            "logs": {"web": {"path": "log.csv", "columns": {name: name for name in names}}},
            "datasets": {"list": {
                "path": f"file.{self.kind}", "role": "archive", "key": "id", "brand": "Acme", "byte_exact": True,
                "generated_at": "2026-01-01", "columns": {"mail": "email", "city": "city"},
            }},
            "routes": [{"resource": "/file", "dataset": "list"}],
        }  # fmt: skip

    def marks_of(self, key: str, projection: str | None) -> dict[str, str]:
        """A projection over the mapped columns as the replay writes it: only values that there are."""
        signs = dict(zip(("mail", "city"), projection or "xx", strict=True))
        return {column: sign for column, sign in signs.items() if (key, column) in self.held and sign != "-"}


class History:
    """A table that changes second by second, and the requests of somebody who pages through it."""

    def __init__(self, seed: int, size: int, steps: int) -> None:
        self.random = random.Random(seed)
        self.now = START
        self.next_key = 1
        self.there: dict[str, dict[str, str]] = {}  # what is there now, by key
        self.versions: list[dict[str, str]] = []  # every version that ever was; the ends of those that are over
        self.requests: list[list[str]] = []
        self.expected: list[set[str]] = []  # keys on the page of each request
        for _ in range(size):
            self.insert(since="")
        for _ in range(steps):
            self.now += timedelta(seconds=self.random.choice([1, 1, 60]))
            self.random.choice([self.insert, self.delete, self.change, self.ask, self.ask, self.ask])()
        for row in self.there.values():
            self.versions.append(row)

    def stamp(self) -> str:
        return f"{self.now.isoformat()}Z"

    def insert(self, since: str | None = None) -> None:
        row = {
            "id": str(self.next_key), "points": self.random.choice(["", "1", "2", "10", "10", "-4", "2.5"]),
            "town": self.random.choice(["Ulm", "ulm", "Älm", "", "Bonn"]), "region": self.random.choice(["eu", "us"]),
            "since": self.stamp() if since is None else since, "till": "",
        }  # fmt: skip
        self.there[row["id"]] = row
        self.next_key += 1

    def delete(self) -> None:
        if self.there:
            row = self.there.pop(self.random.choice(list(self.there)))
            self.versions.append(row | {"till": self.stamp()})

    def change(self) -> None:
        if self.there:
            key = self.random.choice(list(self.there))
            old = self.there[key]
            self.versions.append(old | {"till": self.stamp()})
            self.there[key] = old | {"since": self.stamp(), "points": self.random.choice(["1", "3", "10"])}

    def listed(self, region: str | None) -> list[str]:
        """Highest points first, blanks last; then towns as written; then by number."""
        rows = [row for row in self.there.values() if region in (None, row["region"])]

        def place(row: dict[str, str]) -> tuple[Any, ...]:
            points = -float(row["points"]) if row["points"] else 0.0
            return (not row["points"], points, not row["town"], row["town"], int(row["id"]))

        return [row["id"] for row in sorted(rows, key=place)]

    def ask(self) -> None:
        region = self.random.choice([None, "eu", "us"])
        keys = self.listed(region)
        size = self.random.choice([1, 2, 7, 50, 1500])
        given = [] if region is None else [f"region={region}"]
        kind = self.random.choice(["offset", "number", "after"])
        before = self.random.randrange(0, len(keys) + 3)
        if kind == "number":
            before -= before % size
            given.append(f"page={before // size + 1}")
        elif kind == "offset":
            given.append(f"offset={before}")
        elif before and before <= len(keys):
            given.append(f"after={keys[before - 1]}")
        else:
            before = 0
        given.append(f"size={size}")
        page = keys[before : before + size]
        is_told = self.random.random() < 0.3 and page
        cut = self.random.randint(1, len(page)) if is_told and self.random.random() < 0.5 else None
        rows = str(cut or len(page)) if is_told else ""
        self.requests.append([self.stamp(), f"/{kind}?" + "&".join(given), rows, "aborted" if cut else "ok"])
        self.expected.append(set(page[:cut]))

    def incident(self, folder: Path) -> dict[str, Any]:
        """Write the inputs; the incident file."""
        rows = [row for row in self.versions if not row["till"] or row["since"] != row["till"]]
        self.random.shuffle(rows)
        header = ["id", "points", "town", "region", "since", "till"]
        write_csv(folder / "crm.csv", header, [[row[name] for name in header] for row in rows])
        write_csv(folder / "log.csv", ["time", "resource", "rows", "outcome"], self.requests)
        pages = {"offset": {"offset": "offset"}, "number": {"number": "page"}, "after": {"after": "after"}}
        return {
            "incident": {"id": "replay", "window": WINDOW},
            "logs": {"web": {
                "path": "log.csv", "columns": {name: name for name in ("time", "resource", "rows", "outcome")},
            }},
            "datasets": {"crm": {
                "path": "crm.csv", "role": "crm", "key": "id", "brand": "Acme", "columns": {"town": "city"},
                "valid_from": "since", "valid_to": "till",
                "order": [{"column": "points", "type": "number", "direction": "descending"}, "town"],
            }},
            "routes": [
                {"resource": f"/{kind}{query}", "dataset": "crm", "page": page | {"size": "size"}}
                for kind, page in pages.items() for query in ("", "?region={region}")
            ],
        }  # fmt: skip
