"""Broken bytes: one clear message each, no neighbour lost, and never a value (semantics, section 12)."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError, InputError

GOOD = "2026-03-28T10:00:00,1.1.1.1,{}\n"
HEADER = "time,ip,resource\n"
SECRET = "canary@secret.example"


def rejected(land_it, *lines: str | bytes, **log: Any) -> tuple[list[int], list[tuple[int, str]]]:
    """Land some lines; return the lines that became events, and the rejects."""
    body = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    tables = land_it({"log.csv": HEADER.encode() + body}, log=log)
    assert tables["sources"]["line_count"][0] == tables["events"].height + tables["rejects"].height
    return tables["events"]["line"].to_list(), tables["rejects"].select("line", "reason").rows()


GOOD_LINES = [GOOD.format(name) for name in "abc"]


def test_ragged_lines(land_it) -> None:
    lines = [GOOD_LINES[0], "2026-03-28,1\n", GOOD_LINES[1], "2026-03-28,1,2,3\n", GOOD_LINES[2]]
    reasons = [(3, "2 cells where the header has 3"), (5, "4 cells where the header has 3")]
    assert rejected(land_it, *lines) == ([2, 4, 6], reasons)


def test_an_unclosed_quote_loses_its_own_line_alone(land_it) -> None:
    lines = [GOOD_LINES[0], '2026-03-28,1,"open\n', *GOOD_LINES, '2026-03-28,1,"two\nlines"\n', GOOD_LINES[0]]
    assert rejected(land_it, *lines) == ([2, 4, 5, 6, 7, 9], [(3, "a quoted cell is not closed")])


def test_an_unclosed_quote_at_the_end(land_it) -> None:
    lines = [GOOD_LINES[0], '2026-03-28,1,"open\n', GOOD_LINES[1], "2026-03-28,1,x"]
    assert rejected(land_it, *lines) == ([2, 4, 5], [(3, "a quoted cell is not closed")])


def test_quotes_inside_plain_cells_are_text(land_it) -> None:
    lines = ['2026-03-28,1,5" disk\n', '2026-03-28,1,7" disk\n', '2026-03-28,1,"a ""b""\nc"\n']
    assert rejected(land_it, *lines) == ([2, 3, 4], [])


def test_invalid_utf8_names_its_column(land_it) -> None:
    lines = [GOOD_LINES[0], b"2026-03-28,1,\xff\xfe\n", GOOD_LINES[1], b'2026-03-28,"\xff\n', GOOD_LINES[2]]
    assert rejected(land_it, *lines) == ([2, 4, 6], [(3, "invalid UTF-8 in column resource"), (5, "invalid UTF-8")])


def test_bom_crlf_blank_lines_and_no_last_newline(land_it) -> None:
    text = (
        "\ufeff\r\n"
        + "time,ip,resource\r\n\r\n"
        + "2026-03-28,1,x\r\n\r\n"
        + '2026-03-28,1,"a\r\n\r\nb"\r\n'
        + "2026-03-28,1,y"
    )
    tables = land_it({"log.csv": text})
    assert tables["events"]["line"].to_list() == [4, 6, 9]


def test_nuls_and_bare_returns(land_it) -> None:
    lines = [b"2026-03-28,1\x00,crm\x00\n", b"2026-03-28,1,a\rb\n", b'2026-03-28,1,"a\rb"\n']
    assert rejected(land_it, *lines) == ([2, 4], [(3, "a bare carriage return")])
    assert land_it()["reaches"]["dataset"].to_list() == ["crm"]


def test_a_megabyte_cell_is_a_cell(land_it) -> None:
    assert rejected(land_it, GOOD.format("x" * (1 << 20)), GOOD_LINES[0]) == ([2, 3], [])


def test_a_line_nobody_can_hold(land_it, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("lines", "csv_lines"):
        monkeypatch.setattr(f"pipeline.intake.{room}.LINE_LIMIT", 5_000)
    for name in ("BLOCK_BYTES", "_READ_BYTES"):
        monkeypatch.setattr(f"pipeline.intake.lines.{name}", 1_000)
    lines = [GOOD_LINES[0], GOOD.format("x" * 20_000), GOOD_LINES[1]]
    assert rejected(land_it, *lines) == ([2, 4], [(3, "line too long")])


def test_small_blocks_change_nothing(land_it, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*GOOD_LINES * 50, '2026-03-28,1,"a\n' + "b\n" * 300 + '"\n', '2026-03-28,1,"open\n', *GOOD_LINES * 50]
    whole = rejected(land_it, *lines)
    monkeypatch.setattr("pipeline.intake.lines.BLOCK_BYTES", 200)
    monkeypatch.setattr("pipeline.intake.lines._READ_BYTES", 100)
    assert rejected(land_it, *lines) == whole
    assert len(whole[0]) == 301


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"time": "2026-03-28", "ip": 1', "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"time": "2026-03-28\xff"}', "invalid UTF-8"),
        (b'{"time": "soon"}', "unreadable time"),
        (b'{"ip": "1.1.1.1"}', "unreadable time"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_json_lines(land_it, line: bytes, reason: str) -> None:
    good = b'{"time": "2026-03-28", "ip": "1.1.1.1", "resource": "crm"}'
    tables = land_it({"log.jsonl": b"\n".join([good, line, good])}, log={"path": "log.jsonl"})
    assert tables["events"]["line"].to_list() == [1, 3]
    assert tables["rejects"].select("line", "reason").rows() == [(2, reason)]


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"path": "missing.csv"}, "there is no file missing.csv"),
    ({}, {"path": "logs/*.csv"}, "no file matches"),
    ({"log.csv": ""}, {}, "is empty"),
    ({"log.csv": "\ufeff"}, {}, "is empty"),
    ({"log.csv": "\n\n"}, {}, "has no header"),
    ({"log.csv": "time,ip\n"}, {}, "has no column 'resource'"),
    ({"log.csv": "time,ip,resources\n"}, {}, "did you mean 'resources'"),
    ({"log.csv": "time,ip,resource,ip\n"}, {}, "has the column 'ip' twice"),
    ({"log.csv": "time;ip;resource\n"}, {}, "is it separated by ';'"),
    ({"log.csv": b"\x00\x01\x02\x03"}, {}, "is not text"),
    ({"log.csv": "time,ip,resource\n".encode("utf-16")}, {}, "is not UTF-8"),
    ({"log.csv": b"time,ip,\xff\n"}, {}, "its header is not UTF-8"),
    ({"log.csv": 'time,ip,"resource\n2026-03-28,1,2\n'}, {}, "not closed"),
    ({"log.csv": "time,ip,resource\r2026-03-28,1,2\r"}, {}, "carriage returns alone"),
    ({"log.csv": gzip.compress(b"time,ip,resource\n" * 9)[:-9]}, {}, "ends early or is damaged"),
    ({"log.csv.gz": gzip.compress(os.urandom(9_000))[:4_000]}, {"path": "log.csv.gz"}, "ends early or is damaged"),
    ({"log.csv": b"PK\x03\x04zip"}, {}, "zip archive"),
    ({"log.parquet": b"PAR1nonsense"}, {"path": "log.parquet"}, "ends early or is damaged"),
    ({"log.parquet": b"time,ip,resource\n"}, {"path": "log.parquet"}, "is not Parquet"),
    ({"log.parquet.gz": gzip.compress(b"time,ip\n")}, {"path": "log.parquet.gz"}, "is not Parquet"),
    ({"log.parquet": b"PA"}, {"path": "log.parquet"}, "ends early or is damaged"),
    ({"log.dat": "x"}, {"path": "log.dat"}, "does not tell its format"),
    ({"log.jsonl": '{"time": "2026-03-28", "ip": 1}\n'}, {"path": "log.jsonl"}, "has no column 'resource'"),
]


@pytest.mark.parametrize(("files", "log", "message"), REFUSED)
def test_files_that_cannot_be_read(land_it, files: Any, log: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        land_it(files, log=log)
    assert message in str(caught.value)


def test_a_delimiter_that_is_none(land_it) -> None:
    with pytest.raises(ConfigurationError, match="delimiter"):
        land_it(log={"delimiter": "ab"})


def test_a_file_that_may_not_be_read(land_it, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = Path.open

    def refuse(path: Path, *rest: Any, **more: Any) -> Any:
        if path.name == "log.csv" and rest == ("rb",):
            raise PermissionError
        return allowed(path, *rest, **more)

    def write_then_refuse() -> None:
        land_it()
        monkeypatch.setattr(Path, "open", refuse)
        land_it({"crm.csv": "id,email\n"}, log={"path": "./log.csv"})

    with pytest.raises(InputError, match=r"log.csv: may not be read|log.csv may not be read") as caught:
        write_then_refuse()
    assert "permission" in str(caught.value)


def test_a_headless_files_people_stay_out_of_the_message(land_it) -> None:
    with pytest.raises(InputError) as caught:
        land_it({"crm.csv": f"7,{SECRET},email@secret.example\n"})
    assert "secret" not in str(caught.value)


def test_working_files_belong_to_their_owner_alone(land_it, tmp_path: Path) -> None:
    land_it()
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "landed").iterdir()}
    assert modes == {0o600}


def test_a_quote_that_opens_a_cell_within_an_even_line(land_it) -> None:
    lines = [GOOD_LINES[0], '2"026-03-28,1,"\n', 'x",1\n', '2026-03-28,"1",2\n', GOOD_LINES[1]]
    kept, reasons = rejected(land_it, *lines)
    assert kept == [2, 5, 6]
    assert [line for line, _ in reasons] == [3, 4]


def test_a_dataset_is_no_folder(land_it) -> None:
    with pytest.raises(InputError, match="is a folder"):
        land_it({"d/x.csv": "a"}, crm={"path": "d"})
