"""The house's floors: who may import whom, which library lives in which room, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
CODE = sorted(
    path
    for folder in ("pipeline", "tests", "docs", "sample_data", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
NO_ROOMS = {"utils", "util", "helpers", "common", "core", "misc", "shared", "base_utils"}

# Third-party library → the rooms it lives in (the first part of the module's path).
ROOMS = {
    "vl_convert": {"report"},
    "typer": {"cli", "commands"},
    "rich": {"summary", "telling"},
    "pydantic": {"config", "config_checks", "config_schema", "incident_file"},
    "pydantic_core": {"config", "config_checks", "incident_file"},
    "ruamel": {"marked_yaml"},
    "polars": {"intake", "identity"},
    "phonenumbers": {"intake"},
    "msgspec": {"intake"},
    "email_validator": {"intake"},
    "anyascii": {"intake"},
    "nicknames": {"identity"},
    "splink": {"identity"},
    "rapidfuzz": {"identity"},
    "numpy": {"intake", "identity"},
    "scipy": {"identity"},
    "duckdb": {"engines", "checks", "query", "run_tables", "statements"},
    "great_expectations": {"checks"},
    "pyarrow": {
        "engines",
        "identity",
        "identity_registry",
        "intake",
        "manifest",
        "publish",
        "query",
        "starter",
        "statements",
    },
    "sqlglot": {"statements"},
}


def module_ids() -> list[pytest.ParameterSet]:
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in MODULES]


def test_imports_go_only_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", module_ids())
def test_every_library_stays_in_its_rooms(path: Path) -> None:
    room = path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py")
    strangers = {name for name in _imported(path) if name not in sys.stdlib_module_names and name != "pipeline"}
    unknown = strangers - set(ROOMS)
    assert not unknown, f"no room is named for {sorted(unknown)}"
    assert not {name for name in strangers if room not in ROOMS[name]}


@pytest.mark.parametrize("path", module_ids())
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "a module docstring"
    assert path.stem not in NO_ROOMS, "a line that fits no room means a word is missing"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in CODE])
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", module_ids())
def test_no_function_is_longer_than_50_lines(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 50]


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | froms}
