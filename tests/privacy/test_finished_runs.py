"""What is said of a finished run holds no value of anybody: not on the terminal, not in the report."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.privacy.conftest import MARK, Ended


def test_explain_why_not_diff_verify_and_report_hold_no_value(
    marked: Path, scope: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scope("run", "--quiet", "--json").code == 10
    name = (marked / "out" / "latest").resolve().name
    asked = [("verify", "latest"), ("diff", name), ("diff", name, "--json"), ("report", "--to", "report.html")]
    people = (f"crm:{MARK}a@x.example", f"{MARK}a@x.example", f"{MARK}list0@x.example", f"crm:{MARK}j@x.example")
    for command in asked:
        ended = scope(*command)
        assert ended.code == 0, ended.said
        assert MARK not in ended.said
    for command in (("explain",), ("explain", "--json"), ("why-not",), ("why-not", "--json")):
        for person in people:
            monkeypatch.setattr(sys, "stdin", io.StringIO(f"{person}\n"))
            ended = scope(*command)
            assert ended.code in (0, 2), ended.said
            assert MARK not in ended.said, command
    assert MARK not in (marked / "report.html").read_text(encoding="utf-8")
