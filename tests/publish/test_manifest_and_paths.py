"""Hashes and places."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline import paths
from pipeline.errors import ScopeError
from pipeline.manifest import hash_file, hash_files


def test_hash_reads_files_larger_than_a_block(tmp_path: Path) -> None:
    content = b"x" * (3 << 20) + b"y"
    (tmp_path / "big").write_bytes(content)
    assert hash_file(tmp_path / "big") == hashlib.sha256(content).hexdigest()


def test_every_file_of_a_pattern_is_hashed_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("1")
    (tmp_path / "ignored.txt").write_text("1")
    assert hash_files(tmp_path, ("*.json",)) == {"a.json": hashlib.sha256(b"1").hexdigest()}
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    (tmp_path / "b.json").write_text("2")
    assert hash_files(tmp_path, ("*.json", "*.txt")).keys() == {"b.json", "ignored.txt"}


def test_folders_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path) -> None:
    package = tmp_path / "pipeline"
    package.mkdir()
    with pytest.raises(ScopeError, match="missing"):
        paths._find("sql", package)
    (tmp_path / "sql").mkdir()
    assert paths._find("sql", package) == tmp_path / "sql"
    (package / "sql").mkdir()
    assert paths._find("sql", package) == package / "sql"
    assert (paths.find_sql() / "marts").is_dir()
    assert (paths.find_expectations() / "exposures.json").is_file()
