"""An incident in which every value of personal data carries a mark, so that it can be found wherever it went."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main

# Every mark begins so; no table, message or manifest may hold it. Names are letters only, as people's are.
MARK = "qzcanary"

FIELDS = {
    "mail": "email", "given": "first_name", "family": "last_name", "born": "date_of_birth", "street": "postal_address",
    "zip": "postcode", "card": "card_number", "pass": "password", "illness": "health", "calls": "communications",
}  # fmt: skip
INCIDENT = """\
incident: {id: marked, title: A marked one, zone: Europe/Berlin, window: 2026-03-28/2026-03-30}
intruder:
  - principal: qzcanaryselector@x.example
  - ip: 203.0.113.7
    except: {user_agent: qzcanaryagent*}
trusted: [{principal: qzcanarytrusted@x.example}]
unattributed: possible
logs:
  web:
    path: web.csv
    zone: Europe/Berlin
    columns: {time: ts, principal: who, ip: ip, user_agent: agent, action: op, resource: path, status: status,
              record_keys: keys, filters: filter, columns: shown, rows: rows}
    coverage:
      - {until: 2026-03-30T06:00, status: complete}
      - {from: 2026-03-30T06:00, status: deleted}
datasets:
  crm:
    path: crm.csv
    role: crm
    key: mail
    brand: {column: brand}
    valid_from: since
    residence: land
    columns:
      mail: email
      given: first_name
      family: last_name
      born: date_of_birth
      street: postal_address
      zip: postcode
      card: card_number
      pass: {field: password, state: hashed}
      illness: health
      calls: {field: communications, state_column: stored}
  list:
    path: list.jsonl
    role: processor
    processor: Mailer
    brand: Vale
    columns: {address: email, phone: phone}
    links: {customer: crm}
routes:
  - {resource: "/customers/{key}", dataset: crm}
  - {resource: "/search?mail={mail}", dataset: crm}
  - {resource: "/list", dataset: list}
  - {resource: "/list?address={address}", dataset: list}
identity: {phone_region: DE}
limits: {reject_share: 0.9}
"""
LETTERS = "abcdefghij"


@dataclass(frozen=True)
class Ended:
    """How `scope` ended, and what it said."""

    code: int
    said: str


def crm_rows() -> list[dict[str, str]]:
    people = [
        {column: f"{MARK}{field.replace('_', '')}{letter}" for column, field in FIELDS.items()}
        | {"mail": f"{MARK}{letter}@x.example", "brand": "Tarn" if letter < "f" else "Fen", "since": "2026-01-01"}
        | {"born": f"1971-02-1{number}", "zip": f"7777{number}", "land": "DE", "stored": "clear"}
        for number, letter in enumerate(LETTERS)
    ]
    people[1]["given"] = people[0]["given"]
    people[2]["stored"] = f"{MARK}state"
    return people


def log_rows() -> list[dict[str, str]]:
    paths = [
        *(f"/customers/{MARK}{letter}%40x.example" for letter in "abc"),
        f"/customers/{MARK}nobody@x.example",
        f"/customers/{MARK}nobody",
        f"/search?mail={MARK}d@x.example",
        f"/search?mail={MARK}nobody@x.example",
        f"/elsewhere/{MARK}/unclaimed?who={MARK}z@x.example",
        "/list",
        f"/list?address={MARK}list0@x.example",
        "crm",
    ]
    rows = [
        {"ts": f"2026-03-28 1{number % 10}:00:00", "who": f"{MARK}selector@x.example", "ip": "203.0.113.9"}
        | {"op": "GET", "path": path, "status": "200", "agent": f"{MARK}agent/1", "rows": "1"}
        for number, path in enumerate(paths)
    ]
    keyed = {**rows[-1], "ts": "2026-03-29 02:30:00", "keys": f"{MARK}e@x.example;{MARK}missing@x.example"}
    filtered = {**rows[-1], "filter": f"mail={MARK}f@x.example;{MARK}unreadable", "op": f"{MARK}action"}
    shown = {**rows[-1], "shown": f"given;{MARK}column", "who": f"{MARK}other@x.example", "ip": "198.51.100.1"}
    outside = {**rows[0], "ts": "2026-04-28 10:00:00"}
    broken = {**rows[0], "ts": f"{MARK}time"}
    return [*rows, keyed, filtered, shown, outside, broken]


def as_csv(rows: list[dict[str, str]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A folder with the marked incident: good lines of every kind, and broken ones that can be rejected."""
    listed = [
        {"address": f"{MARK}list{n}@x.example", "phone": f"+4930900077{n}", "customer": f"{MARK}{LETTERS[n]}@x.example"}
        for n in range(4)
    ]
    lines = [json.dumps(row) for row in listed]
    (tmp_path / "incident.yaml").write_text(INCIDENT, encoding="utf-8")
    (tmp_path / "crm.csv").write_text(as_csv(crm_rows()), encoding="utf-8")
    (tmp_path / "web.csv").write_text(as_csv(log_rows()) + f"{MARK}torn,line\n", encoding="utf-8")
    (tmp_path / "list.jsonl").write_text("\n".join([*lines, f'{{"address": "{MARK}broken', "[]", ""]), encoding="utf-8")
    return tmp_path


@pytest.fixture
def scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run `scope …` in the test's folder; return its exit code and all that reached the terminal, by whatever way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCOPE_DEBUG", raising=False)

    def run(*arguments: str) -> Ended:
        code = main(arguments)
        return Ended(code, "".join(capfd.readouterr()))

    return run
