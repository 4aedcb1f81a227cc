"""Transactions that passed an intercepted device: which of them are read, and on whose clock (semantics, section 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipeline.errors import ConfigurationError

CRM_FILE = (
    "id,email,till,at\n1,a@b.co,R-1,{0}\n2,a@b.co, r-1 ,{0}\n3,a@b.co,R-2,{0}\n4,a@b.co,R-9,{0}\n5,a@b.co,N/A,{0}\n"
)


def interception(*devices: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    return [{"dataset": "crm", "device": "till", "time": "at", "devices": list(devices), **more}]


def at(day: int, hour: int, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, micro)


def test_intervals_are_read_in_the_devices_zone_else_the_incidents(land_it) -> None:
    devices = interception(
        {"device": " R-1 ", "from": "2026-03-28T21:14", "until": "2026-03-29", "zone": "America/Chicago"},
        {"device": "R-2", "from": "2026-03-28T10:00:00+02:00"},
        {"device": "R-1", "until": "2026-03-28", "zone": "America/Chicago"},
        columns=["email"],
    )
    found = land_it(
        {"crm.csv": CRM_FILE.format("2026-03-28")}, incident={"zone": "Europe/Berlin"}, interceptions=devices
    )
    assert found["interceptions"].rows() == [
        (1, 1, "crm", "r-1", "America/Chicago", at(29, 2, 14), at(30, 5), "x"),
        (1, 2, "crm", "r-2", "Europe/Berlin", at(28, 8), None, "x"),
        (1, 3, "crm", "r-1", "America/Chicago", None, at(29, 5), "x"),
    ]


def test_each_transaction_is_read_on_its_devices_clock_and_one_without_a_device_on_every(land_it) -> None:
    devices = interception({"device": "R-1", "zone": "America/Chicago"}, {"device": "R-2"})
    found = land_it(
        {"crm.csv": CRM_FILE.format("2026-03-28T12:00")}, crm={"zone": "Europe/Berlin"}, interceptions=devices
    )
    chicago, berlin = ("America/Chicago", at(28, 17)), ("Europe/Berlin", at(28, 11))
    assert found["transactions"].select("record_number", "device", "zone", "earliest_at").rows() == [
        (1, "r-1", *chicago),
        (2, "r-1", *chicago),
        (5, None, *chicago),
        (3, "r-2", *berlin),
        (5, None, *berlin),
    ]


def test_a_stamp_with_an_offset_means_what_it_says(land_it) -> None:
    devices = interception({"device": "R-2", "zone": "America/Chicago"})
    found = land_it({"crm.csv": CRM_FILE.format("2026-03-28T12:00Z")}, interceptions=devices)
    assert found["transactions"]["earliest_at"].to_list() == [at(28, 12)] * 2


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "is_date_only"),
    [
        ("2026-03-28", at(27, 23), at(28, 22, 59, 59, 999999), True),
        ("2026-03-29", at(28, 23), at(29, 21, 59, 59, 999999), True),  # a day of 23 hours
        ("2026-03-29T02:30", at(29, 0, 30), at(29, 1, 30), False),  # a time that never was
        ("2026-03-28 12:00:00.5", at(28, 11, 0, 0, 500000), at(28, 11, 0, 0, 500000), False),
        ("2026-02-30", None, None, False),
        ("noon", None, None, False),
        ("", None, None, False),
    ],
)
def test_own_times(land_it, text: str, earliest: datetime | None, latest: datetime | None, is_date_only: bool) -> None:
    devices = interception({"device": "R-2", "zone": "Europe/Berlin"})
    found = land_it({"crm.csv": f"id,email,till,at\n3,a@b.co,R-2,{text}\n"}, interceptions=devices)
    assert found["transactions"].select("earliest_at", "latest_at", "is_date_only").rows() == [
        (earliest, latest, is_date_only)
    ]


def test_own_times_in_another_form(land_it) -> None:
    devices = interception({"device": "R-2", "zone": "America/Chicago"}, time_format="%d/%m/%Y %H:%M")
    found = land_it({"crm.csv": CRM_FILE.format("28/03/2026 12:00")}, interceptions=devices)
    assert found["transactions"]["earliest_at"].to_list() == [at(28, 17)] * 2


@pytest.mark.parametrize(("key", "column"), [("device", "tll"), ("time", "att")])
def test_a_column_that_is_not_there_is_refused(land_it, key: str, column: str) -> None:
    given = interception({"device": "R-1"})
    given[0][key] = column
    with pytest.raises(ConfigurationError) as caught:
        land_it({"crm.csv": CRM_FILE.format("")}, interceptions=given)
    assert f"no column '{column}'" in caught.value.what
    assert "did you mean" in caught.value.remedy


def test_without_interceptions_nothing_is_written_down(land_it) -> None:
    found = land_it({"crm.csv": CRM_FILE.format("")})
    assert (found["interceptions"].height, found["transactions"].height) == (0, 0)
