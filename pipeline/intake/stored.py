"""The stored file behind a static dataset, byte for byte: how long it is, and what of it a number of first bytes gives.

This room knows sizes and compression; it must not know events, lines or records.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.config import Dataset
from pipeline.errors import ConfigurationError
from pipeline.intake.files import InputFile, compression_of, format_of, refuse_unreadable

_PIECE_BYTES = 1 << 20
_GZIP_WINDOW = 31


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A dataset's only file, as it was stored; `byte_count` is its stored size."""

    file: InputFile
    kind: str
    compression: str | None

    @property
    def byte_count(self) -> int:
        """Say how many bytes are stored."""
        return self.file.byte_count

    @property
    def has_lines(self) -> bool:
        """Whether a stretch of its plain bytes can be read as lines."""
        return self.kind in ("csv", "jsonl")

    def plain_lengths(self, counts: Iterable[int]) -> dict[int, int | None]:
        """Say how many plain bytes the first so many stored bytes give; None where a beginning cannot be unpacked."""
        wanted = sorted(set(counts))
        if not self.has_lines or self.compression not in (None, "gzip"):
            return dict.fromkeys(wanted)
        if self.compression is None:
            return {count: count for count in wanted}
        return self._unpacked_lengths(wanted)

    def _unpacked_lengths(self, wanted: list[int]) -> dict[int, int | None]:
        """Unpack the file once, stopping at each wanted place; a file may hold several gzip members in a row."""
        found: dict[int, int | None] = {}
        unpack = zlib.decompressobj(_GZIP_WINDOW)
        place = length = 0
        with refuse_unreadable(self.file), self.file.path.open("rb") as stream:
            for count in wanted:
                while place < count:
                    piece = stream.read(min(_PIECE_BYTES, count - place))
                    place = place + len(piece) if piece else count
                    try:
                        unpack, more = _unpack(unpack, piece)
                    except zlib.error:
                        return found | dict.fromkeys([one for one in wanted if one not in found])
                    length += more
                found[count] = length
        return found


def stored_file_of(dataset: Dataset, files: list[InputFile], where: str) -> StoredFile | None:
    """Take a dataset's file as the stored one if it says so; raises ConfigurationError if it has several."""
    if not dataset.byte_exact:
        return None
    if len(files) != 1:
        what = f"byte_exact needs one file, and `path` names {len(files)}"
        remedy = "make each file a dataset of its own: each stored version is another file"
        raise ConfigurationError(what, where=where, remedy=remedy)
    (file,) = files
    return StoredFile(file, format_of(file, dataset.format, where), compression_of(file))


def _unpack(unpack: zlib._Decompress, piece: bytes) -> tuple[zlib._Decompress, int]:
    length = 0
    while piece:
        length += len(unpack.decompress(piece))
        piece = unpack.unused_data
        if unpack.eof:
            unpack = zlib.decompressobj(_GZIP_WINDOW)
    return unpack, length
