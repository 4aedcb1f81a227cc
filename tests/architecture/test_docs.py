"""The docs are fresh, and what they point at exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample_data").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [link for link in LINK.findall(text) if not (page.parent / link).exists()]


def test_generated_docs_are_fresh() -> None:
    """The README's transcript is what the commands print, and the tables page is what a run publishes."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    stale = [path.name for path, text in generate.generate() if path.read_text(encoding="utf-8") != text]
    assert not stale, "make docs writes them"


def test_the_two_commands_stand_first_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    assert first
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == ["make demo", "make test"]


def test_every_exit_code_is_in_the_readme() -> None:
    from pipeline import errors

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = {errors.DONE, errors.DONE_WITH_OPEN_QUESTIONS, 1, 130}
    codes |= {kind.exit_code for kind in errors.ScopeError.__subclasses__()}
    assert not [code for code in sorted(codes) if f"| {code} |" not in text]
