"""Drawn inputs in, landed tables out: what every test of intake needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.config import IncidentFile
from pipeline.incident_file import IncidentSource
from pipeline.intake import land
from pipeline.window import Window, parse_window

Landed = dict[str, pl.DataFrame]
LandIt = Callable[..., Landed]

LOG = {"path": "log.csv", "columns": {"time": "time", "ip": "ip", "resource": "resource"}}
CRM = {"path": "crm.csv", "role": "crm", "key": "id", "brand": "Acme", "columns": {"email": "email"}}
LOG_FILE = "time,ip,resource\n2026-03-28T10:00:00,192.0.2.7,crm\n"
CRM_FILE = "id,email,region\n1,ann@mail.com,EU\n2,bob@mail.com,US\n"


def window(zone: str = "UTC") -> Window:
    return parse_window("2026-03-28/2026-03-30", zone)


def land_files(folder: Path, files: dict[str, str | bytes], log: Any = None, crm: Any = None, **more: Any) -> Landed:
    """Write the files, land an incident with one log and one dataset, and read every landed table."""
    for name, content in {"log.csv": LOG_FILE, "crm.csv": CRM_FILE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    value = {
        "incident": {"id": "drawn", **more.pop("incident", {})},
        "logs": {"web": {**LOG, **(log or {})}},
        "datasets": {"crm": {**CRM, **(crm or {})}},
        "limits": {"reject_share": 0.9},
        **more,
    }
    model = IncidentFile.model_validate(value)
    source = IncidentSource(folder / "incident.yaml", folder, model, {})
    out = folder / "landed"
    out.mkdir(exist_ok=True)
    land(source, window(model.incident.zone), "00" * 32, out, lambda label, count: None)
    landed = {path.stem.removeprefix("landed_"): pl.read_parquet(path) for path in sorted(out.glob("*.parquet"))}
    return {**landed, "events": landed["events"].sort("event_number")}


@pytest.fixture
def land_it(tmp_path: Path) -> LandIt:
    return lambda files=None, **rest: land_files(tmp_path, files or {}, **rest)


@pytest.fixture
def rows() -> Callable[..., list[tuple[Any, ...]]]:
    """Read some columns of a landed table as tuples."""
    return lambda frame, *columns: frame.select(columns).rows()
