"""Published tables as files, each in its order: one file, or one for each brand × controller.

This room knows files, names and orders. It must not know what a row means, and never puts a brand's text into a path or
a statement: brands are hostile input.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pipeline.errors import MemoryShortage, PublishingError, ScopeError

# One order per table, to the last by a unique key: for fast lookup by person, and the same bytes every time.
ORDERS = {
    "exposure_fields": "person_id, brand, controller, field",
    "exposed_records": "person_id, dataset, record_key, subject, brand, controller",
    "evidence": "evidence_id, event_id nulls last, first_exposed_at, last_exposed_at, grade_reason, delivered_columns",
    "people": "person_id",
    "accesses": "occurred_at, event_id",
    "unresolved": "occurred_at, event_id, log, file, line, dataset nulls last, record_key nulls last, reason",
    "coverage": "log, from_at, until_at, status",
    "rejects": "source_kind, source, file, line nulls last, reason",
    "open_questions": "people_count desc nulls last, item_count desc, question_id",
    "links": "person_id, dataset, record_key, subject, link_basis, is_blocked",
    "identity_changes": "person_id, previous_person_id",
    "identity_conflicts": "person_id, other_person_id, link_basis",
    "funnel": "case stage when 'lines' then 1 when 'events' then 2 when 'reading' then 3"
    " when 'records' then 4 else 5 end, outcome",
}
PARTITIONED = {"exposures": "person_id", "contacts": "person_id, kind, contact_id"}

Owner = tuple[str | None, str | None]
# The file of a table in which nobody has rows.
NOBODYS = "none.parquet"


class Engine(Protocol):
    """What is asked of an engine here."""

    def build(self, name: str, sql: str) -> None:
        """Build table `name` from one select statement."""

    def drop(self, names: Sequence[str]) -> None:
        """Forget tables."""

    def load(self, name: str, path: Path) -> None:
        """Make the Parquet files at `path` readable as table `name`, in place of any that were so before."""

    def save(self, sql: str, path: Path, parameters: Sequence[Any] = ()) -> None:
        """Write the rows of one ordered select to one Parquet file, the same bytes for the same rows."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small select."""


def write_table(engine: Engine, table: str, sql: str, order: str, folder: Path) -> Path:
    """Write one table from the select that makes it to `folder`, in that order; return the file.

    Raises PublishingError if it cannot be written.
    """
    path = folder / f"{table}.parquet"
    with refusals(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            engine.save(_ordered(sql, order), path)
        except MemoryShortage:
            # Made first, in slices if need be, and put in order then.
            engine.build(table, sql)
            engine.save(_ordered(f"select * from {table}", order), path)  # noqa: S608
            engine.drop([table])
    return path


class OwnedTables:
    """Tables that lie in `folder` in one file per brand × controller, an empty one if it has no rows of a table."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._owners: dict[str, Owner] = {}

    def write(self, table: str, sql: str) -> None:
        """Write the files of one table from the select that makes it, from which the engine reads it from then on.

        Raises PublishingError if a file cannot be written.
        """
        with refusals(self._folder):
            # Owner first, so that one brand × controller lies in one stretch of what its file is written from.
            self._engine.build(table, _ordered(sql, f"brand, controller, {PARTITIONED[table]}"))
            (self._folder / table).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._name_owners(table)
            self._write_files(table)
            self._engine.drop([table])
            self._load(table)

    def complete(self) -> None:
        """Once all tables are written, write the files of those that have no rows of one of them."""
        with refusals(self._folder):
            for table in PARTITIONED:
                self._write_files(table)
                if self._owners:
                    (self._folder / table / NOBODYS).unlink(missing_ok=True)
                self._load(table)

    def _name_owners(self, table: str) -> None:
        """Name the file of each brand × controller; two that would share a name get one each."""
        rows = self._engine.rows(f"select distinct brand, controller from {table}")  # noqa: S608
        new = set(rows) - set(self._owners.values())
        for brand, controller in sorted(new, key=lambda row: tuple((name is not None, name or "") for name in row)):
            name = name_owner(brand, controller)
            self._owners[f"{name}-{len(self._owners)}" if name in self._owners else name] = (brand, controller)

    def _write_files(self, table: str) -> None:
        """Write the files that are not there yet."""
        folder, order = self._folder / table, PARTITIONED[table]
        if not self._owners and not (folder / NOBODYS).exists():
            self._engine.save(f"select * from {table} order by {order}", folder / NOBODYS)  # noqa: S608
        for name, owner in self._owners.items():
            columns = zip(("brand", "controller"), owner, strict=True)
            owned = " and ".join(f"{column} is null" if text is None else f"{column} = ?" for column, text in columns)
            path = folder / f"{name}.parquet"
            if not path.exists():
                self._engine.save(
                    f"select * from {table} where {owned} order by {order}",  # noqa: S608
                    path,
                    [text for text in owner if text is not None],
                )

    def _load(self, table: str) -> None:
        self._engine.load(table, self._folder / table / "*.parquet")


def name_owner(brand: str | None, controller: str | None) -> str:
    """Return the file name of one brand × controller: what can be read of the brand, and a hash of both names."""
    text = f"{brand or ''}\0{controller or ''}"
    return f"{slug(brand or '') or 'brand'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def slug(text: str) -> str:
    """Return what can be read of a text in a file name, at most 40 letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def _ordered(sql: str, order: str) -> str:
    return f"select * from (\n{sql}\n) as published order by {order}"  # noqa: S608


REMEDIES = {
    errno.ENOSPC: ("the disk is full", "free some space, or name an output folder on another disk, and run again"),
    errno.EROFS: ("the disk can only be read", "name an output folder that you can write to"),
    errno.EACCES: ("permission denied", "name an output folder that you own and can write to"),
    errno.EXDEV: ("the tables lie on another disk than the output folder", "let both lie on one disk"),
    errno.ENOTDIR: ("part of the path is a file", "name an output folder that is or can be made"),
    errno.ENAMETOOLONG: ("the path is too long", "name an output folder with a shorter path"),
}
ALIKE = {errno.EDQUOT: errno.ENOSPC, errno.EFBIG: errno.ENOSPC, errno.EPERM: errno.EACCES, errno.EEXIST: errno.ENOTDIR}


@contextmanager
def refusals(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one sentence with a remedy."""
    try:
        yield
    except ScopeError:
        raise
    except OSError as error:
        number = error.errno or 0
        what, remedy = REMEDIES.get(ALIKE.get(number, number), (os.strerror(number), "correct this and run again"))
        raise PublishingError(f"the tables cannot be published: {what}", where=str(folder), remedy=remedy) from error
