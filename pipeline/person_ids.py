"""Whose an id was: a person's id followed through the runs of an output folder, as people were merged and split.

Reads `identity_changes` and `exposed_records` of all runs there, and the registry of people; decides nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.chain import read_chain
from pipeline.run_tables import open_tables

PERSON_ID = re.compile(r"p[0-9a-f]{20}")
HEIRS = """
with recursive heirs as (
    select cast($1 as varchar) as person_id
    union
    select changes.person_id from changes inner join heirs on changes.previous_person_id = heirs.person_id
)
select person_id from heirs order by person_id
"""
REGISTERED = "select distinct person_id from registry where subject_id = ? order by person_id"
RECORDS = "select distinct dataset, record_key from exposed_records where person_id = ? order by dataset, record_key"


def heirs_of(folder: Path, person_id: str) -> list[str]:
    """Return the ids that whoever bore `person_id` in any run beside the one in `folder` bears, itself among them.

    Raises InputError if a run's table of changes cannot be read.
    """
    found = {person_id}
    changes = sorted(folder.parent.glob("*/identity_changes.parquet"))
    if changes:
        with open_tables({"changes": changes}, folder.parent.name) as tables:
            found |= {row["person_id"] for row in tables.rows(HEIRS, [person_id])}
    registry = _registry_of(folder)
    if registry is not None:
        # A person's id is that of the first of their records, which the registry knows also where runs are gone.
        with open_tables({"registry": [registry]}, registry.name) as tables:
            found |= {row["person_id"] for row in tables.rows(REGISTERED, [person_id])}
    return sorted(found)


def records_before(folder: Path, person_id: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the last other run that lists `person_id`, and their (dataset, record key) pairs there; empty if none."""
    names = [link.run for link in reversed(read_chain(folder.parent.parent)[0]) if link.run != folder.name]
    for name in dict.fromkeys(names):
        path = folder.parent / name / "exposed_records.parquet"
        if not path.is_file():
            continue
        with open_tables({"exposed_records": [path]}, name) as tables:
            rows = tables.rows(RECORDS, [person_id])
        if rows:
            return name, [(row["dataset"], row["record_key"]) for row in rows]
    return "", []


def _registry_of(folder: Path) -> Path | None:
    out = folder.parent.parent
    names = [link.registry for link in read_chain(out)[0] if link.run == folder.name and link.registry]
    path = out / names[-1] if names else None
    return path if path is not None and path.is_file() else None
