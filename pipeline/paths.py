"""Where the project's own text lies: the SQL and the expectations, in a checkout and in an installed wheel.

This room knows folders and nothing of what is in them.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ScopeError

PACKAGE = Path(__file__).resolve().parent


def find_sql() -> Path:
    """Return the folder of the SQL, with staging, intermediate and marts in it."""
    return _find("sql", PACKAGE)


def find_code() -> Path:
    """Return the folder of the program itself."""
    return PACKAGE


def find_expectations() -> Path:
    """Return the folder of the expectation suites, one JSON file per table."""
    return _find("expectations", PACKAGE)


def _find(name: str, package: Path) -> Path:
    """The wheel carries the folder inside the package, a checkout has it beside the package."""
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ScopeError(f"the folder {name!r} of this installation is missing", remedy="install scope-pipeline again")
