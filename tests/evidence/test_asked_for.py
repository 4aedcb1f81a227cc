"""What cannot be looked for is refused, and what could be asked in part only is said: silence is no answer."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.run import run_incident
from tests.cli.conftest import CRM, INCIDENT, LOG

LIST = "nr,phone,mail\n1,07400 123456,x1\n2,+44 7400 123789,x2\n3,n/a,x3\n"
WITH_LIST = INCIDENT.replace(
    "routes:",
    """\
  calls:
    path: calls.csv
    role: archive
    key: nr
    brand: Tarn
    columns: {phone: phone, mail: {field: email, state: hashed}}
routes:""",
)
Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask why-not of a run of the tiny incident with a list of numbers, typing on stdin."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"web.csv": LOG, "crm.csv": CRM, "calls.csv": LIST, "incident.yaml": WITH_LIST}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run_incident(tmp_path / "incident.yaml", None, tmp_path / "out", check_expectations=False)

    def asked(typed: str, *options: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        code = main(["why-not", "--quiet", *options])
        told = capsys.readouterr()
        return code, " ".join(told.out.split()), " ".join(told.err.split())

    return asked


def test_what_cannot_be_looked_for_is_refused(ask: Ask, tmp_path: Path) -> None:
    for typed, said in (
        ("07400 123456", "without its country code cannot be looked for"),
        ("+44 1234", "is no e-mail address, telephone number"),
        (
            "crmm:7",
            "no dataset of the incident has the name before the colon it could not be looked for; the datasets:",
        ),
        ("crm:", "no key stands behind"),
        ("n/a", "is no e-mail"),
        ("12 High Street", "no dataset of the incident maps such a column"),
        ("ann.lee@", "is no e-mail address that can be read, and no cell is spelled just so"),
    ):
        code, out, err = ask(typed)
        assert (code, out) == (2, ""), typed
        assert said in err, typed
        assert typed not in err.replace("crm:KEY", "")
    text = WITH_LIST.replace("routes:", "identity: {phone_region: GB}\nroutes:")
    (tmp_path / "incident.yaml").write_text(text, encoding="utf-8")
    assert "no telephone number anybody can have, read as one of GB" in ask("07400 1234")[2]
    assert "Record 1 of calls" in ask("07400 123456")[1]


def test_what_was_not_asked_is_said(ask: Ask) -> None:
    code, out, _ = ask("bo.nobody@mail.example.com")
    assert code == 0
    assert out.startswith("NO RECORD FOUND. It was read as an e-mail address, and none written so is in crm.")
    assert "Not asked, for no column of theirs holds an e-mail address in clear: calls." in out
    assert ask("crm:77")[1].startswith("NO RECORD FOUND: crm holds no record of that very key.")


def test_a_number_nobody_can_read_may_be_the_one(ask: Ask) -> None:
    _, out, _ = ask("+44 7400 123456")
    assert out.startswith("NO RECORD FOUND, BUT NOT ALL COULD BE READ.")
    assert "calls: 1 telephone number ends alike and cannot be read without a country" in out
    found = json.loads(ask("+44 7400 123789", "--json")[1])
    assert ([record["record_key"] for record in found["records"]], found["unread_numbers"]) == (["2"], {})


def test_lines_that_could_not_be_read_are_said(ask: Ask, tmp_path: Path) -> None:
    limits = "limits: {reject_share: 0.9}\nroutes:"
    (tmp_path / "incident.yaml").write_text(WITH_LIST.replace("routes:", limits), encoding="utf-8")
    (tmp_path / "crm.csv").write_text(CRM + "9,Tarn\n", encoding="utf-8")
    _, out, _ = ask("bo.nobody@mail.example.com")
    assert out.startswith("NO RECORD FOUND, BUT NOT ALL COULD BE READ.")
    assert "crm: 1 line could not be read" in out
