"""Which subject was which person: a private file per incident in the output folder, read by the next run.

Both sides are keyed pseudonyms, so the file names nobody; still it is its owner's alone. It is replaced whole, and only
after a run was published. This room knows a file and its columns, and decides nothing.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from pipeline.errors import InputError, PublishingError

# The table that the next run reads, and the order of its rows.
REGISTRY = "int_registry"
REGISTRY_ORDER = "subject_id, person_id"
SCHEMA = pa.schema([("subject_id", pa.string()), ("person_id", pa.string())])


def find_registry(out: Path, incident_id: str) -> Path:
    """Return where an incident's registry lies, whether or not it is there."""
    return out / "identity" / f"{hashlib.sha256(incident_id.encode()).hexdigest()[:16]}.registry"


def land_registry(registry: Path, landed: Path) -> None:
    """Write `landed_registry.parquet`: what an earlier run knew, or nothing. Raises InputError for a broken file."""
    try:
        # As a single file: a table of perhaps many files takes half a second to import.
        known = parquet.ParquetFile(registry).read().select(SCHEMA.names).cast(SCHEMA) if registry.exists() else None
    except (OSError, pa.ArrowException, KeyError):
        raise InputError(
            "is no readable registry of people",
            where=registry.name,
            remedy="restore it from a backup; without it people get new ids, and moving it away accepts that",
        ) from None
    target = landed / "landed_registry.parquet"
    target.touch(mode=0o600)
    # Made of no batches: an empty table by its own name imports pandas, half a second.
    parquet.write_table(known if known is not None else pa.Table.from_batches([], SCHEMA), target)


def keep_registry(written: Path, registry: Path) -> None:
    """Put a newly written registry in place of the old one, whole. Raises PublishingError if that cannot be."""
    try:
        registry.parent.mkdir(mode=0o700, exist_ok=True)
        written.chmod(0o600)
        os.replace(written, registry)
    except OSError as error:
        raise PublishingError(
            f"the registry of people cannot be kept ({error.strerror})",
            where=registry.parent.name,
            remedy="the run itself is published; make the folder writable and run again, so that ids stay the same",
        ) from None
