"""`docs/rules.md` names tests that exist, and every broken rule stands in it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.mutations.mutants import MUTANTS
from tests.steps.test_steps import CASES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split("## 2 Time", 1)[1]


def test_every_drawn_case_named_exists() -> None:
    titles = {case.title for case in CASES}
    named = re.findall(r"(?<!\*)\*([^*|]+)\*(?!\*)", TEXT)
    assert named
    assert not [title for title in named if title not in titles]


def test_every_test_function_named_exists() -> None:
    functions = set()
    for path in (ROOT / "tests").rglob("*.py"):
        functions |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"`(test_\w+)`", TEXT)
    assert named
    assert not [name for name in named if name not in functions]


def test_every_broken_rule_is_in_the_table() -> None:
    missing = [mutant.noticed_by for mutant in MUTANTS if f"*{mutant.noticed_by}*" not in TEXT]
    assert not missing
