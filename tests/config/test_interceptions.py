"""Interceptions in the incident file: what is refused, where and how, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.written import BASE, read, refuse

GIVEN = """\
interceptions:
  - dataset: list
    device: till
    time: swiped_at
    columns: [dob]
    devices:
      - {device: R-1, from: 2026-03-28T08:00, until: 2026-03-29, zone: America/Chicago}
      - {device: R-2}
"""
WHOLE = BASE + GIVEN
FIRST = len(BASE.splitlines()) + 1

MISTAKES = [
    # old, new, line below `interceptions:`, key, what, remedy
    ("dataset: list", "dataset: lst", 1, "interceptions[0].dataset", "unknown dataset 'lst'", "did you mean 'list'?"),
    ("    device: till\n", "", 1, "interceptions[0].device", "'device' is missing", "write device:"),
    ("    time: swiped_at\n", "", 1, "interceptions[0].time", "'time' is missing", "posted or settled"),
    ("time: swiped_at", "tme: swiped_at\n    time: a", 3, "interceptions[0].tme", "unknown key 'tme'", "'time'"),
    ("columns: [dob]", "columns: [dbo]", 4, "interceptions[0].columns[0]", "unknown column 'dbo'", "'dob'"),
    ("columns: [dob]", "time_format: soon", 4, "interceptions[0].time_format", "unknown time format", "unix_ms"),
    ("America/Chicago", "America/Chicgo", 6, "interceptions[0].devices[0].zone", "no time zone", "America/Chicago"),
    ("until: 2026-03-29", "until: 2026-03-27", 6, "interceptions[0].devices[0].until", "not after from", "earlier"),
    ("from: 2026-03-28T08:00", "from: soon", 6, "interceptions[0].devices[0].from", "not a date", "write a date"),
    ("{device: R-2}", "{until: 2026-03-29}", 7, "interceptions[0].devices[1].device", "is missing", "write device:"),
    ("{device: R-2}", "{device: r-1}", 7, "interceptions[0].devices[1]", "one device has two zones", "one zone"),
]


@pytest.mark.parametrize(("old", "new", "below", "key", "what", "remedy"), MISTAKES)
def test_one_mistake_is_one_message(
    tmp_path: Path, old: str, new: str, below: int, key: str, what: str, remedy: str
) -> None:
    assert GIVEN.count(old) == 1
    error = refuse(tmp_path, BASE + GIVEN.replace(old, new))
    assert error.exit_code == 3
    assert error.where.startswith(f"{tmp_path}/incident.yaml:{FIRST + below}: {key}"), str(error)
    assert what in error.what
    assert remedy in error.remedy


def test_no_device_is_refused(tmp_path: Path) -> None:
    error = refuse(tmp_path, BASE + GIVEN.partition("      - ")[0].replace("devices:", "devices: []"))
    assert "interceptions[0].devices" in error.where
    assert "is empty" in error.what


def test_an_interception_needs_no_log(tmp_path: Path) -> None:
    incident = "incident: {id: a}\nlogs: {}\ndatasets:\n  list: {path: a, role: crm, brand: b, columns: {dob: email}}\n"
    found = read(tmp_path, incident + GIVEN).model.interceptions[0]
    assert [(one.device, one.from_, one.until, one.zone) for one in found.devices] == [
        ("R-1", "2026-03-28T08:00", "2026-03-29", "America/Chicago"),
        ("R-2", None, None, None),
    ]
