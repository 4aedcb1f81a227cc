"""What could not be read: counted, kept by file, line and reason, and held against the limit.

This room must never see a value.
"""

from __future__ import annotations

from pipeline.errors import InputError
from pipeline.intake.files import InputFile
from pipeline.intake.rows import Reject
from pipeline.intake.tables import Tables


class Ledger:
    """Lines and rejects of one log or dataset, by file; rejects go to landed_rejects as they come."""

    def __init__(self, kind: str, source: str, files: list[InputFile]) -> None:
        self.line_count = 0
        self._kind, self._source, self._files = kind, source, files
        self._lines = {file.name: 0 for file in files}
        self._rejects = {file.name: 0 for file in files}
        self._first = ""

    def add(self, file: str, line_count: int, rejects: list[Reject], tables: Tables) -> None:
        """Count a batch's lines and write its rejects, by line."""
        rejects = sorted(rejects, key=lambda reject: reject.line)
        self.line_count += line_count
        self._lines[file] += line_count
        self._rejects[file] += len(rejects)
        if rejects and not self._first:
            self._first = f"{file}:{rejects[0].line}: {rejects[0].reason}"
        rows: list[tuple[object, ...]] = [
            (self._kind, self._source, file, reject.line, reject.reason) for reject in rejects
        ]
        tables.write_rows("landed_rejects", rows)

    def close(self, share: float, where: str, tables: Tables) -> None:
        """Write landed_sources; raise InputError if more than `share` of the lines could not be read."""
        rows: list[tuple[object, ...]] = [
            (self._kind, self._source, file.name, file.byte_count, self._lines[file.name], self._rejects[file.name])
            for file in self._files
        ]
        tables.write_rows("landed_sources", rows)
        reject_count = sum(self._rejects.values())
        if reject_count > share * self.line_count:
            what = f"{reject_count} of {self.line_count} lines of {self._kind} '{self._source}' cannot be read"
            raise InputError(
                f"{what}, more than limits.reject_share allows ({share:.2%}); the first is {self._first}",
                where=where,
                remedy="correct the mapping or the file, or raise limits.reject_share if that loss is acceptable",
            )
