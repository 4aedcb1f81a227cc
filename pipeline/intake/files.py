"""Paths and globs of the incident file → input files, and their bytes as one decompressed stream.

This room knows names, sizes, magic bytes and what a file system can refuse; it must not know what a line means.
Messages name files, never their content.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline.errors import InputError

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2"}
_FOREIGN = {
    b"PK\x03\x04": "a zip archive or spreadsheet", b"7z\xbc\xaf": "a 7z archive", b"\xfd7zXZ": "an xz archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or document", b"%PDF": "a PDF", b"SQLite f": "a database's own file",
}  # fmt: skip
_WRAPPERS = (".gz", ".gzip", ".zst", ".zstd", ".bz2")
_FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


class Readable(Protocol):
    """Bytes, one piece after the other."""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a log or dataset; `name` is relative to the incident file's folder, '/' separated."""

    path: Path
    name: str
    byte_count: int


def find_files(patterns: list[str], folder: Path, where: str, *, may_be_folder: bool = False) -> list[InputFile]:
    """Find the files of one source, sorted by name, each once; of a folder, all that lie in it, however deep.

    Raises InputError if a pattern names nothing, a folder, an empty file or one that may not be read.
    """
    found: dict[str, InputFile] = {}
    for pattern in patterns:
        for path in _expand(pattern, folder, where, may_be_folder):
            file = _look_at(path, folder, where)
            found.setdefault(file.name, file)
    return [found[name] for name in sorted(found)]


def format_of(file: InputFile, declared: str, where: str) -> str:
    """Tell csv, jsonl or parquet: as declared, else by the file's name without a compression suffix."""
    if declared != "auto":
        return declared
    suffixes = [suffix.lower() for suffix in file.path.suffixes]
    while suffixes and suffixes[-1] in _WRAPPERS:
        suffixes.pop()
    kind = _FORMATS.get(suffixes[-1]) if suffixes else None
    if kind is None:
        remedy = f"write 'format: csv', 'format: jsonl' or 'format: parquet' ({where})" if where else "write 'format:'"
        raise InputError("its name does not tell its format", where=file.name, remedy=remedy)
    return kind


def compression_of(file: InputFile) -> str | None:
    """Tell gzip, zstd or bz2 by the file's first bytes, whatever its name says."""
    with refuse_unreadable(file), file.path.open("rb") as stream:
        start = stream.read(8)
    for magic, kind in _FOREIGN.items():
        if start.startswith(magic):
            raise InputError(f"is {kind}", where=file.name, remedy="unpack it, or export it as CSV")
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)


@contextmanager
def open_bytes(file: InputFile) -> Iterator[Readable]:
    """Open a file as one decompressed stream; a torn or damaged one is an InputError."""
    compression = compression_of(file)
    with refuse_unreadable(file):
        stream: Any = pa.OSFile(str(file.path), "rb")
        if compression:
            stream = pa.CompressedInputStream(stream, compression)
        with stream:
            yield stream


@contextmanager
def refuse_unreadable(file: InputFile) -> Iterator[None]:
    """Turn what the system or a decompressor says into our own words; their texts can hold values."""
    try:
        yield
    except PermissionError:
        raise InputError("may not be read", where=file.name, remedy="ask its owner for read permission") from None
    except FileNotFoundError:
        raise InputError("went away while it was read", where=file.name, remedy="run again") from None
    except (OSError, pa.ArrowException):
        remedy = "copy it again from its source, or have it exported again"
        raise InputError("ends early or is damaged", where=file.name, remedy=remedy) from None


def _expand(pattern: str, folder: Path, where: str, may_be_folder: bool) -> list[Path]:
    literal = folder / pattern
    if may_be_folder and literal.is_dir():
        pattern = f"{glob.escape(pattern.rstrip('/'))}/**/*"
        literal = folder / pattern
    if os.path.lexists(literal):
        return [literal]
    remedy = f"paths are relative to the incident file's folder, {folder.name or '.'}/"
    if not glob.has_magic(pattern):
        raise InputError(f"there is no file {pattern}", where=where, remedy=remedy)
    matches = sorted(glob.glob(pattern, root_dir=folder, recursive=True))
    files = [folder / match for match in matches if not (folder / match).is_dir()]
    if not files:
        raise InputError(f"no file matches {pattern}", where=where, remedy=remedy)
    return files


def _look_at(path: Path, folder: Path, where: str) -> InputFile:
    name = Path(os.path.relpath(path, folder)).as_posix()
    file = InputFile(path, name, 0)
    try:
        state = path.stat()
    except FileNotFoundError:
        raise InputError(f"{name} is a link that leads nowhere", where=where, remedy="copy the file itself") from None
    except OSError:
        raise InputError(f"{name} may not be read", where=where, remedy="ask its owner for read permission") from None
    if stat.S_ISDIR(state.st_mode):
        remedy = f"name its files, such as {name}/*.csv"
        raise InputError(f"{name} is a folder", where=where, remedy=remedy)
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"{name} is not a regular file", where=where, remedy="copy its content into a file")
    if state.st_size == 0:
        raise InputError(f"{name} is empty", where=where, remedy="export it again, or take it out of `path`")
    with refuse_unreadable(file), path.open("rb"):
        return InputFile(path, name, state.st_size)
