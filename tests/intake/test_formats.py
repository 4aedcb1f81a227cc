"""Every format and compression of one content lands as the same rows."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from pipeline.paths import find_sql
from pipeline.steps import load_steps

LOG = pl.DataFrame(
    {
        "time": ["2026-03-28T10:00:00Z", "2026-03-28T11:00:00Z", "2026-03-28T12:00:00Z"],
        "who": ["ann", 'b "x"\nb', "Ünal"],
        "what": ["/c/1", "/c?email=a%40b.co", "crm"],
        "status": ["200", "206", "404"],
        "keys": ["", "", "1;2"],
    }
)
CRM = pl.DataFrame(
    {"id": ["1", "2"], "name": ["Ann, Lee", "Bö\nb"], "email": ["a@b.co", ""], "since": ["2026-01-01", ""]}
)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
    ".bz2": bz2.compress,
}
MAPPED = {"time": "time", "principal": "who", "resource": "what", "status": "status", "record_keys": "keys"}
COLUMNS = {"name": "full_name", "email": "email"}
ROUTES = [{"resource": "/c/{key}", "dataset": "crm"}, {"resource": "/c?email={email}", "dataset": "crm"}]


def as_jsonl(frame: pl.DataFrame) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in frame.to_dicts()).encode()


def as_parquet(frame: pl.DataFrame, folder: Path) -> bytes:
    path = folder / "made.parquet"
    frame.write_parquet(path)
    return path.read_bytes()


def write(frame: pl.DataFrame, form: str, folder: Path) -> bytes:
    if form == "csv":
        return frame.write_csv().encode()
    return as_jsonl(frame) if form == "jsonl" else as_parquet(frame, folder)


def plain(tables: dict[str, pl.DataFrame]) -> dict[str, list[Any]]:
    """Leave out what names the file: its name and size, lines (Parquet has none), and the event's identity."""
    return {
        name: frame.drop("file", "line", "byte_count", "event_key", strict=False).rows()
        for name, frame in tables.items()
    }


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_all_formats_land_alike(land_it, tmp_path: Path, form: str, packing: str) -> None:
    crm = {"columns": COLUMNS, "valid_from": "since"}
    expected = land_it(
        {"log.csv": LOG.write_csv(), "crm.csv": CRM.write_csv()}, log={"columns": MAPPED}, crm=crm, routes=ROUTES
    )
    files = {
        f"log.{form}{packing}": PACK[packing](write(LOG, form, tmp_path)),
        f"crm.{form}{packing}": PACK[packing](write(CRM, form, tmp_path)),
    }
    log_path, crm_path = files
    found = land_it(files, log={"columns": MAPPED, "path": log_path}, crm={**crm, "path": crm_path}, routes=ROUTES)
    assert plain(found) == plain(expected)
    assert expected["reaches"].height == 4


def test_physical_lines_are_kept(land_it) -> None:
    tables = land_it({"log.csv": LOG.write_csv()}, log={"columns": MAPPED})
    assert tables["events"]["line"].to_list() == [2, 3, 5]


def test_typed_parquet_reads_as_text(land_it, tmp_path: Path) -> None:
    log = pl.DataFrame(
        {
            "time": [datetime(2026, 3, 28, 10, tzinfo=UTC)],
            "actor": [{"name": "ann", "net": {"ip": "10.0.0.1"}}],
            "keys": [["1", 'a"b;c']],
            "rows": [3],
            "bytes": [12.0],
        }
    ).with_columns(pl.col("time").dt.convert_time_zone("America/New_York"))
    mapped = {"time": "time", "ip": "actor.net.ip", "record_keys": "keys", "rows": "rows", "bytes": "bytes"}
    files = {"log.parquet": as_parquet(log, tmp_path)}
    routes = [{"resource": "*", "dataset": "crm"}]
    tables = land_it(
        files, log={"path": "log.parquet", "columns": mapped}, routes=routes, intruder=[{"ip": "10.0.0.1"}]
    )
    found = tables["events"].select("earliest_at", "intruder_selector", "row_count", "byte_count")
    assert found.rows() == [(datetime(2026, 3, 28, 10), 1, 3, 12)]
    assert tables["reaches"]["record_key"].to_list() == ["1", 'a"b;c']


def test_naive_parquet_stamps_and_binary_text(land_it, tmp_path: Path) -> None:
    log = pl.DataFrame({"t": [datetime(2026, 3, 28, 10)] * 3, "r": [b"crm", b"\xff", None]})
    files = {"log.parquet": as_parquet(log, tmp_path)}
    mapped = {"path": "log.parquet", "zone": "Europe/Berlin", "columns": {"time": "t", "resource": "r"}}
    tables = land_it(files, log=mapped)
    assert tables["events"].select("line", "earliest_at").rows() == [
        (1, datetime(2026, 3, 28, 9)),
        (3, datetime(2026, 3, 28, 9)),
    ]
    assert tables["rejects"].select("line", "reason").rows() == [(2, "invalid UTF-8 in column r")]


def test_nested_and_listed_json(land_it) -> None:
    lines = [
        {"t": "2026-03-28T10:00:00Z", "a": {"ip": "10.0.0.1"}, "keys": [1, "2"], "n.m": "crm"},
        {"t": "2026-03-28T10:00:00Z", "a": {}, "keys": None, "n": {"m": "x"}},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines)
    mapped = {"time": "t", "ip": "a.ip", "record_keys": "keys", "resource": "n.m"}
    routes = [{"resource": "*", "dataset": "crm"}]
    tables = land_it({"log.jsonl": text}, log={"path": "log.jsonl", "columns": mapped}, routes=routes)
    assert tables["events"]["line"].to_list() == [1, 3]
    assert tables["reaches"].select("event_number", "record_key").rows() == [(1, "1"), (1, "2"), (2, None)]


def test_many_files_come_by_name_and_once(land_it) -> None:
    line = "2026-03-28T10:00:00,1.1.1.1,x\n"
    files = {f"logs/{name}.csv": "time,ip,resource\n" + line for name in "cab"}
    tables = land_it(files, log={"path": ["logs/*.csv", "logs/a.csv"]})
    assert tables["events"].select("event_number", "file").rows() == [
        (1, "logs/a.csv"),
        (2, "logs/b.csv"),
        (3, "logs/c.csv"),
    ]


def test_empty_and_header_only_inputs_land_every_table(land_it) -> None:
    tables = land_it({"log.csv": "time,ip,resource\n", "crm.csv": "id,email"})
    assert tables["events"].height == tables["records"].height == 0
    assert tables["sources"].select("line_count", "reject_count").rows() == [(0, 0), (0, 0)]
    built = set().union(*(step.reads for step in load_steps(find_sql())))
    assert {name.removeprefix("landed_") for name in built if name.startswith("landed_")} <= set(tables)
