"""Whatever the bytes: lines = events + rejects, one kind of refusal, and no value in any message (laws 1 and 8)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ScopeError
from tests.intake.conftest import land_files

SECRETS = ("canary-one@secret.io", "Canary Twoname", "canary3")
LINES = [(f"2026-03-28T10:00:0{place}", secret, "/c/1") for place, secret in enumerate(SECRETS)]
CSV = ("time,ip,resource\n" + "".join(f'{time},"{who}",{what}\n' for time, who, what in LINES)).encode()
JSONL = "".join(json.dumps({"time": t, "ip": w, "resource": r}) + "\n" for t, w, r in LINES).encode()
PIECES = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"{",
    b"}",
    b"\\",
    b"\xe2\x80\xae",
    b"=1+1",
    b'""',
    b"\r\n",
]


@st.composite
def damaged(draw: Any, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 0, 1, 3, 30]))
        data[place : place + length] = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
    return bytes(data)


def check(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            tables = land_files(Path(folder), {name: content}, log={"path": name}, limits={"reject_share": 1.0})
        except ScopeError as refusal:
            text = str(refusal).lower()
        else:
            lines = tables["sources"].filter(source="web")["line_count"].sum()
            assert lines == tables["events"].height + tables["rejects"].height
            assert tables["events"]["line"].is_sorted()
            text = " ".join(tables["rejects"]["reason"].to_list()).lower()
        assert not any(secret.lower() in text for secret in SECRETS)


@settings(max_examples=60, deadline=None)
@given(damaged(CSV))
def test_any_csv(content: bytes) -> None:
    check(content, "log.csv")


@settings(max_examples=40, deadline=None)
@given(damaged(JSONL))
def test_any_json_lines(content: bytes) -> None:
    check(content, "log.jsonl")


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_as_parquet(content: bytes) -> None:
    check(content, "log.parquet")
