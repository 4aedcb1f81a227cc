"""`scope init`: a first incident file from column names, and from nothing else."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.config import IncidentFile
from pipeline.errors import InputError
from pipeline.incident_file import read_incident_file
from pipeline.starter import guess_log, is_log, write_incident_file

Scope = Callable[..., subprocess.CompletedProcess[str]]
SECRET = "mildred.pierce"


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    (tmp_path / "crm.csv").write_text(f"id,Email,First Name,DOB,yes,odd: column\n1,{SECRET}@x.example,M,1,2,3\n")
    line = {"ts": "2026-01-01", "client_ip": "203.0.113.7", "path": f"/a/{SECRET}", "method": "GET", "status": 200}
    with gzip.open(tmp_path / "web-log.jsonl.gz", "wt") as stream:
        stream.write(json.dumps(line) + "\n")
    table = pa.table({"member_no": ["1"], "client": [SECRET], "mobile": ["1"], "created_at": ["x"], "notes": ["x"]})
    parquet.write_table(table, tmp_path / "2026 list.parquet")
    return ["crm.csv", "web-log.jsonl.gz", "2026 list.parquet"]


def read(path: Path) -> IncidentFile:
    return read_incident_file(path).model


def test_the_first_file_is_a_valid_incident_file(tmp_path: Path, inputs: list[str], scope: Scope) -> None:
    done = scope("init", *inputs)
    assert (done.returncode, done.stderr) == (0, "")
    model = read(tmp_path / "incident.yaml")
    assert set(model.logs) == {"web_log"}
    assert set(model.datasets) == {"crm", "source_2026_list"}
    assert model.logs["web_log"].columns == {
        "time": "ts", "ip": "client_ip", "action": "method", "resource": "path", "status": "status",
    }  # fmt: skip
    crm = model.datasets["crm"]
    assert (crm.key, {column: holds.field for column, holds in crm.columns.items()}) == (
        "id", {"Email": "email", "First Name": "first_name", "DOB": "date_of_birth"},
    )  # fmt: skip
    listed = model.datasets["source_2026_list"]
    assert (listed.key, listed.valid_from) == ("member_no", "created_at")
    assert {column: holds.field for column, holds in listed.columns.items()} == {"mobile": "phone"}


def test_an_intruders_address_is_found_by_its_values(tmp_path: Path, scope: Scope) -> None:
    lines = "".join(f"2026-01-0{day},/a,200,203.0.113.{day},x\n" for day in range(1, 6))
    (tmp_path / "weblog.csv").write_text("timestamp,url,status,client,note\n" + lines)
    (tmp_path / "crm.csv").write_text("id,email\n")
    assert scope("init", "weblog.csv", "crm.csv").returncode == 0
    assert read(tmp_path / "incident.yaml").logs["weblog"].columns["ip"] == "client"


def test_every_guess_is_marked_and_counted(tmp_path: Path, inputs: list[str], scope: Scope) -> None:
    told = scope("init", *inputs).stdout
    lines = (tmp_path / "incident.yaml").read_text().splitlines()
    assert f"Confirm its {sum('# confirm' in line for line in lines)} guesses" in told
    keys = ("path:", "columns:", "web_log:", "crm:", "source_2026_list:", "incident:", "logs:", "datasets:")
    guesses = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", *keys))]
    assert guesses
    assert all("# confirm" in line for line in guesses)


def test_no_value_is_written_or_printed(tmp_path: Path, inputs: list[str], scope: Scope) -> None:
    done = scope("init", *inputs)
    assert SECRET not in done.stdout + done.stderr + (tmp_path / "incident.yaml").read_text()


def test_nothing_is_overwritten(tmp_path: Path, inputs: list[str], scope: Scope) -> None:
    (tmp_path / "incident.yaml").write_text("mine")
    done = scope("init", *inputs)
    assert done.returncode == 2
    assert "not overwritten" in done.stderr
    assert (tmp_path / "incident.yaml").read_text() == "mine"


def test_paths_are_relative_to_the_incident_file(tmp_path: Path, inputs: list[str], scope: Scope) -> None:
    (tmp_path / "deep").mkdir()
    assert scope("init", *inputs, "--incident", "deep/one.yaml").returncode == 0
    assert read(tmp_path / "deep" / "one.yaml").datasets["crm"].path == ["../crm.csv"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "no such file"),
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n", "empty"),
        ("headless.csv", f"1,{SECRET}@x.example,Ann\n".encode(), "look like values"),
        ("binary.csv", bytes(range(256)), "is not text"),
        ("torn.csv.gz", gzip.compress(b"id,email\n" * 9, mtime=0)[:20], "ends early or is damaged"),
        ("sheet.csv", b"PK\x03\x04" + SECRET.encode(), "is a zip archive or spreadsheet"),
        ("wide.csv", "id,email\n".encode("utf-16"), "is UTF-16 text"),
        ("bare.csv", "id,email\n".encode("utf-16-le"), "is UTF-16 text"),
        ("latin.csv", "id,prénom\n".encode("latin-1"), "is not UTF-8"),
        ("twice.csv", b"id,email,email\n", "has the column 'email' twice"),
        ("not.parquet", b"id,email\n", "cannot be read"),
        ("torn.jsonl", b'{"id": 1, "' + SECRET.encode(), "not one JSON object"),
        ("keyed.jsonl", b'{"' + SECRET.encode() + b'@x.example": 1}', "look like values"),
    ],
)
def test_what_cannot_be_read_is_an_input_error(name: str, content: bytes | None, says: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        write_incident_file([tmp_path / name], tmp_path / "incident.yaml")
    assert says in str(refused.value)
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)
    assert not (tmp_path / "incident.yaml").exists()


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_that_was_found_is_written(delimiter: str, tmp_path: Path, scope: Scope) -> None:
    for name, rows in {"crm.csv": ["id", "email"], "web.csv": ["time", "ip", "method", "path"]}.items():
        text = delimiter.join(rows) + "\n" + delimiter.join(["1", "2", "3", "4"][: len(rows)]) + "\n"
        (tmp_path / f"{name}.bz2").write_bytes(bz2.compress(text.encode()))
    assert scope("init", "crm.csv.bz2", "web.csv.bz2").returncode == 0
    model = read(tmp_path / "incident.yaml")
    assert (model.datasets["crm"].delimiter, model.logs["web"].delimiter) == (delimiter, delimiter)
    assert "email" in model.datasets["crm"].columns


def test_a_folder_that_may_not_be_written(
    tmp_path: Path, inputs: list[str], scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def refuse(path: Path, *more: int) -> int:
        if str(path).endswith("incident.yaml"):
            raise PermissionError(13, "Permission denied")
        return really(path, *more)

    monkeypatch.setattr(os, "open", refuse)
    done = scope("init", *inputs)
    assert done.returncode == 2
    assert "incident.yaml: cannot be written (Permission denied)" in done.stderr


def test_guesses_go_by_name() -> None:
    assert guess_log(["timestamp", "remoteAddr", "UserAgent", "request_uri"]) == {
        "time": "timestamp", "ip": "remoteAddr", "user_agent": "UserAgent", "resource": "request_uri",
    }  # fmt: skip
    assert is_log(["time", "user", "action"])
    assert not is_log(["id", "email", "name", "created_at"])
