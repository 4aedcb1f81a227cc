"""What the project may not say: whose machine it was written on, and where its packages came from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {".py", ".sql", ".md", ".toml", ".yaml", ".yml", ".json", ".jsonl", ".csv", ".cfg", ".txt", ""}
SKIPPED = {
    ".git",
    ".venv",
    "out",
    "build",
    "dist",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}
# Written with brackets, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    r"/w[o]rk/|/t[m]p/sc[o]pe\b|/ho[m]e/\w+/|/Us[e]rs/\w+/|/ro[o]t/"
    r"|p[y]pi\.o[r]g|p[y]thonhosted|re[g]istry\.np[m]js|d[e]b\.d[e]bian\.org",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """The files version control knows or would take; all files where there is none (an unpacked archive)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    found = [ROOT / name for name in names if name] or [
        path for path in ROOT.rglob("*") if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts)
    ]
    return sorted(path for path in found if path.is_file() and path.suffix in TEXTS)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in tracked()])
def test_no_file_names_a_machine_or_a_registry(path: Path) -> None:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    assert not [number for number, line in enumerate(lines, start=1) if FORBIDDEN.search(line)]
