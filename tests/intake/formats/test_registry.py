"""What must hold of every log format: its roles, its names, and that no two claim one file."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.config import EVENT_COLUMNS
from pipeline.config.log_formats import FORMAT_ROLES, GENERIC_FORMATS
from pipeline.intake.logs.formats import LINES, TABLE, Options
from pipeline.intake.logs.registry import FORMATS
from pipeline.intake.rows import cell_name

ACTORS = {"principal", "ip", "session", "token", "user_agent", "host", "account"}


def test_the_names_known_to_the_incident_file_are_the_formats() -> None:
    assert set(FORMATS) == set(FORMAT_ROLES)
    assert not set(FORMATS) & {"auto", *GENERIC_FORMATS}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_gives_time_and_resource_and_somebody(name: str) -> None:
    roles = FORMATS[name].roles
    assert {"time", "end_time"} & set(roles)
    assert {"resource", "statement"} & set(roles)
    assert ACTORS & set(roles)
    assert len(set(roles)) == len(roles)
    assert all(role == role.lower() and role.isidentifier() for role in roles)
    assert set(roles) - set(EVENT_COLUMNS)


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("text", ["", "-", "{}", "x" * 10_000, '"', "\\", "� \u202e", "{" * 5_000])
def test_any_record_is_read_or_refused(name: str, text: str) -> None:
    found = FORMATS[name]
    frame = pl.DataFrame({"line": [7, 9]}, schema={"line": pl.Int64})
    if found.shape == TABLE:
        frame = frame.with_columns(pl.lit(text).alias(cell_name(column)) for column in (found.names or ("one", "two")))
    else:
        frame = frame.with_columns(pl.lit("{}" if found.shape == "objects" else text).alias("text"))
    if found.shape == LINES:
        frame = frame.with_columns(pl.lit(None, pl.String).alias("header"))
    read = found.read(frame, Options())
    assert read["line"].to_list() == [7, 9]
    assert read.columns[:2] == ["line", "refusal"]
    assert set(read.columns[2:]) == set(found.roles)
    assert set(read.dtypes[1:]) == {pl.String}
    assert all(reason is None or (text not in reason or len(text) < 2) for reason in read["refusal"].to_list())
