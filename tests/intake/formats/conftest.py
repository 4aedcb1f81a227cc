"""What tests of log formats need: a format registered for one test, and one log landed by its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.config.log_formats import FORMAT_ROLES
from pipeline.intake.logs.formats import Format
from pipeline.intake.logs.registry import FORMATS
from tests.intake.conftest import land_files

LandLog = Callable[..., dict[str, pl.DataFrame]]


@pytest.fixture
def land_log(tmp_path: Path) -> LandLog:
    """Land files of one log by its format: `land_log({"name": content}, format="combined", path="name")`."""

    def land(files: dict[str, str | bytes], **log: Any) -> dict[str, pl.DataFrame]:
        path = log.pop("path", next(iter(files)))
        rest = log.pop("rest", {})
        return land_files(tmp_path, files, log={"path": path, "columns": {}, **log}, **rest)

    return land


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[Format, tuple[str, ...]], None]:
    """Make a format known for one test."""

    def add(made: Format, roles: tuple[str, ...]) -> None:
        monkeypatch.setitem(FORMAT_ROLES, made.name, roles)
        monkeypatch.setitem(FORMATS, made.name, made)

    return add
