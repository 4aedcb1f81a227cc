"""The story of a proposal: land the inputs, find who is who, and weigh who else may be one person.

What is written is a file of decisions still to be made: record keys and weights, never a value of anybody's.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.engines.on_duckdb import open_duckdb
from pipeline.errors import PublishingError
from pipeline.identity.likely import read_subjects, weigh
from pipeline.incident_file import read_incident_file
from pipeline.run import EVER, find_who_is_who, land_inputs

HEAD = ("decision", "dataset", "record_key", "subject", "other_dataset", "other_record_key", "other_subject")
NAMED = """
    select
        components.subject_number, records.dataset, records.record_key, subjects.subject, components.component_number
    from int_record_subjects as subjects
    inner join int_subject_components as components on components.subject_number = subjects.subject_number
    inner join landed_records as records on records.record_number = subjects.record_number
    where subjects.record_number = subjects.first_record_number
"""
WEIGHED = """
    select subjects.*, emails.email
    from int_subjects as subjects
    left join (
        select identifiers.subject_number, min(identifiers.value) as email
        from int_linked_identifiers as identifiers
        left join int_shared_values as shared
            on shared.kind = identifiers.kind and shared.value = identifiers.value
        where identifiers.kind = 'email' and shared.value is null
        group by identifiers.subject_number
    ) as emails on emails.subject_number = subjects.subject_number
    where not subjects.is_unsure
    order by subjects.subject_number
"""


def propose(incident: Path, target: Path, threshold: float, accept: float | None) -> tuple[int, int]:
    """Write pairs of records that may be one person to `target`, a decisions file; return how many, and accepted.

    Pairs that are one person already are left out. `decision` is blank, or `same` for pairs at least as likely as
    `accept`. Raises UsageError without Splink, PublishingError if the file exists or cannot be written.
    """
    source = read_incident_file(incident)
    with TemporaryDirectory(prefix="scope-propose-") as name:
        work = Path(name)
        land_inputs(source, EVER, "0" * 64, work / "landed", lambda _name, _count: None)
        limits = source.model.limits
        with open_duckdb(work, limits.threads, limits.memory) as engine:
            find_who_is_who(engine, work)
            engine.save(WEIGHED, work / "weighed.parquet")
            rows = engine.rows(NAMED)
        pairs = weigh(read_subjects(work / "weighed.parquet"), threshold)
    named = {number: (dataset, key, subject) for number, dataset, key, subject, _ in rows}
    person = {number: component for number, *_, component in rows}
    weights = [column for column in pairs.columns if column.startswith(("match_", "weight_of_"))]
    lines = []
    for one, other, *given in pairs.select("subject_number", "other_subject_number", *weights).iter_rows():
        if person[one] != person[other]:
            word = "same" if accept is not None and given[0] >= accept else ""
            lines.append([word, *named[one], *named[other], *(f"{weight:.4f}" for weight in given)])
    _write(target, [[*HEAD, *weights], *lines])
    return len(lines), sum(line[0] == "same" for line in lines)


def _write(target: Path, lines: list[list[str]]) -> None:
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    except OSError as error:
        raise PublishingError(
            f"the proposals cannot be written ({error.strerror})", where=target.name, remedy="name another file"
        ) from None
