"""Why somebody is on the list: from each event to its columns, to the record, to the person, to the brand.

Reads a finished run's tables and nothing else; knows their columns and decides nothing. A contact value is only
compared, in the database, and never passed on.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from pipeline.catalogue import read_catalogue
from pipeline.errors import ScopeError, UsageError
from pipeline.person_ids import PERSON_ID, heirs_of
from pipeline.person_key import read_person_key
from pipeline.reasons import reason_of_grade
from pipeline.run_folder import read_manifest
from pipeline.run_tables import RunTables, open_runs

Facts = dict[str, Any]

SHORTEST_PHONE = 7
MOST_PEOPLE = 10

# An id that somebody had in the run before, and that is theirs no longer, leads to who has their records now.
BY_ID = """
select person_id from people where person_id = $1
union
select person_id from identity_changes where previous_person_id = $1
order by 1
"""
BY_IDS = "select person_id from people where list_contains($1, person_id) order by 1"
BY_RECORD = "select distinct person_id from exposed_records where dataset = ? and record_key in (?, ?) order by 1"
# Contact values were trimmed when they were read. Of a million few are as long, and only these are looked at closely.
BY_EMAIL = """
select distinct person_id
from contacts
where kind = 'email' and length(contact_value) = length(trim($1)) and lower(contact_value) = lower(trim($1))
order by 1
"""
# Without what people put between digits; one number may be written with its country code and the other without.
BY_PHONE = """
with numbers as (
    select person_id, ltrim(translate(contact_value, ' ()./-+\u00a0', ''), '0') as digits
    from contacts
    where kind = 'phone'
)
select distinct person_id
from numbers
where length(digits) >= $2 and (suffix(digits, $1) or suffix($1, digits))
order by 1
"""
BY_ADDRESS = r"""
select distinct person_id
from contacts
where kind = 'postal_address'
    and lower(regexp_replace(trim(contact_value), '\s+', ' ', 'g')) = lower(regexp_replace(trim(?), '\s+', ' ', 'g'))
order by 1
"""
EVIDENCE = """
select records.dataset, records.record_key, records.subject, records.brand, records.controller,
    evidence.grade, evidence.grade_reason, evidence.access, evidence.first_exposed_at, evidence.last_exposed_at,
    evidence.delivered_columns, evidence.event_id, accesses.log, accesses.file, accesses.line, accesses.occurred_at,
    accesses.time_reading, accesses.attribution, accesses.reach_kind
from exposed_records as records
inner join evidence on evidence.evidence_id = records.evidence_id
left join accesses on accesses.event_id = evidence.event_id
where records.person_id = $1 and records.evidence_id in (select unnest($2))
    and evidence.evidence_id in (select unnest($2))
order by evidence.first_exposed_at, accesses.log nulls last, accesses.file, accesses.line, evidence.grade_reason
"""
KEY_READS = """
select log, file, line, occurred_at, grade, grade_reason
from accesses
where verdict = 'key_read' and list_contains(datasets, ?)
order by occurred_at, log, file, line
"""
GAPS = "select log, from_at, until_at, status, datasets from coverage where is_gap order by from_at, log"


def explain(folder: Path, person: str) -> Facts:
    """Return why the person is on the list of the run in `folder`; more than one where several share a contact value.

    `person` is a person id of this run or any before it, a record as `dataset:key`, or a contact value. Raises
    UsageError if nobody on the list is meant; the message repeats nothing of it.
    """
    manifest = read_manifest(folder)
    with open_runs({"": folder}, with_contacts=True) as tables:
        ids = _find(tables, person, manifest, folder)
        if not ids:
            raise _nobody(folder)
        found = [_tell(tables, person_id) for person_id in ids[:MOST_PEOPLE]]
    more = ids[MOST_PEOPLE:]
    return {"run": folder.name, "incident_id": manifest["incident"]["incident_id"], "people": found, "more": more}


def find_people(folder: Path, person: str) -> list[str]:
    """Return the ids of those on the run's list whom `person` means, as `explain` takes it; empty if nobody."""
    with open_runs({"": folder}, with_contacts=True) as tables:
        return _find(tables, person, read_manifest(folder), folder)


def _nobody(folder: Path) -> UsageError:
    return UsageError(
        "nobody on this run's list is meant by that",
        where=folder.name,
        remedy="that proves nothing: scope why-not says what is known of somebody who is not on the list",
    )


def split_record(text: str, manifest: Facts) -> tuple[str, str] | None:
    """Read `dataset:key`, if it begins with the name of one of the run's datasets."""
    datasets = {item["source"] for item in manifest.get("inputs", []) if item["source_kind"] == "dataset"}
    names = sorted((name for name in datasets if text.startswith(f"{name}:")), key=len)
    return (names[-1], text[len(names[-1]) + 1 :]) if names else None


def published_key(dataset: str, key: str, folder: Path) -> str:
    """Return the pseudonym under which a personal key is published; the key itself where no person key is at hand."""
    out = folder.parent.parent
    if not (out / "person.key").is_file():
        return key
    try:
        secret = read_person_key(None, out)
    except ScopeError:
        return key
    inner = hashlib.sha256(f"{secret}{dataset}|{key}".encode()).hexdigest()
    return "k" + hashlib.sha256(f"{secret}{inner}".encode()).hexdigest()[:20]


def _find(tables: RunTables, person: str, manifest: Facts, folder: Path) -> list[str]:
    text = person.strip()
    if PERSON_ID.fullmatch(text):
        rows = tables.rows(BY_ID, [text]) or tables.rows(BY_IDS, [heirs_of(folder, text)])
        return [row["person_id"] for row in rows]
    record = split_record(text, manifest)
    if record is not None:
        dataset, key = record
        rows = tables.rows(BY_RECORD, [dataset, key, published_key(dataset, key, folder)])
        return [row["person_id"] for row in rows]
    return [row["person_id"] for row in _find_contact(tables, text)]


def _find_contact(tables: RunTables, text: str) -> list[Facts]:
    """Find whose contact value it is: an e-mail address has its sign, a number has digits, and the rest is post."""
    digits = re.sub(r"[^0-9]", "", text).lstrip("0")
    if "@" in text:
        return tables.rows(BY_EMAIL, [text])
    if len(digits) >= SHORTEST_PHONE and re.fullmatch(r"[+0-9 ()./\u00a0-]+", text):
        return tables.rows(BY_PHONE, [digits, SHORTEST_PHONE])
    return tables.rows(BY_ADDRESS, [text])


def _tell(tables: RunTables, person_id: str) -> Facts:
    (person,) = tables.rows("select * from people where person_id = ?", [person_id])
    brands = tables.rows("select * from exposures where person_id = ? order by brand, controller", [person_id])
    fields = tables.rows("select * from exposure_fields where person_id = ? order by field", [person_id])
    records = tables.rows("select * from exposed_records where person_id = ? order by dataset, record_key", [person_id])
    links = tables.rows("select * from links where person_id = ? order by link_basis, is_blocked", [person_id])
    # The ids at hand spare the database a second look at a million records.
    evidence = tables.rows(EVIDENCE, [person_id, sorted({record["evidence_id"] for record in records})])
    gaps = tables.rows(GAPS)
    for record in records:
        record["links"] = [_only(link, "link_basis", "is_blocked") for link in links if _is_of(link, record)]
        record["evidence"] = [_evidence(row, gaps) for row in evidence if _is_of(row, record, owner=True)]
        record["key_reads"] = _key_reads(tables, record["dataset"], fields, record)
    return {
        "person_id": person_id,
        "grade": person["grade"],
        "brand_count": person["brand_count"],
        "record_count": person["record_count"],
        "contact_count": len(person["contact_ids"]),
        "brands": [_brand(row, fields, records) for row in brands],
    }


def _is_of(row: Facts, record: Facts, *, owner: bool = False) -> bool:
    names = ["dataset", "record_key", "subject", *(["brand", "controller"] if owner else [])]
    return all(row[name] == record[name] for name in names)


def _brand(row: Facts, fields: list[Facts], records: list[Facts]) -> Facts:
    owner = (row["brand"], row["controller"])
    names = ("brand", "controller", "grade", "grade_reason", "is_mixed_grade", "access")
    more = ("first_exposed_at", "last_exposed_at", "event_count", "residence", "has_crm_record")
    return _only(row, *names, *more) | {
        "why": reason_of_grade(row["grade_reason"]).sentence,
        "fields": [_field(field) for field in fields if (field["brand"], field["controller"]) == owner],
        "records": [_record(record) for record in records if (record["brand"], record["controller"]) == owner],
    }


def _field(row: Facts) -> Facts:
    names = ("field", "state", "grade", "grade_reason", "access", "states")
    return _only(row, *names) | {"label": read_catalogue()[row["field"]].label}


def _record(row: Facts) -> Facts:
    return _only(row, "dataset", "record_key", "subject", "grade", "grade_reason", "links", "evidence", "key_reads")


def _evidence(row: Facts, gaps: list[Facts]) -> Facts:
    names = ("grade", "grade_reason", "access", "first_exposed_at", "last_exposed_at")
    event = ("event_id", "log", "file", "line", "occurred_at", "time_reading", "attribution", "reach_kind")
    reason = reason_of_grade(row["grade_reason"])
    return _only(row, *names) | {
        "why": reason.sentence,
        "rule": reason.place,
        "event": _only(row, *event) if row["event_id"] else None,
        "gaps": [_gap(gap) for gap in gaps if row["grade_reason"] == "log_gap" and _overlaps(gap, row)],
        "columns": [_column(text) for text in row["delivered_columns"]],
    }


def _overlaps(gap: Facts, row: Facts) -> bool:
    is_during = gap["from_at"] < row["last_exposed_at"] and gap["until_at"] > row["first_exposed_at"]
    return is_during and (not gap["datasets"] or row["dataset"] in gap["datasets"])


def _gap(gap: Facts) -> Facts:
    return _only(gap, "log", "from_at", "until_at", "status")


def _column(text: str) -> Facts:
    field, state, column = text.split(":", 2)
    return {"column": column or None, "field": field, "label": read_catalogue()[field].label, "state": state}


def _key_reads(tables: RunTables, dataset: str, fields: list[Facts], record: Facts) -> list[Facts]:
    """Return the reads of the dataset's key, where that key made a value of this record readable."""
    owner = (record["brand"], record["controller"])
    opened = [
        field["field"]
        for field in fields
        if (field["brand"], field["controller"]) == owner
        and any(state.startswith("encrypted_key_exposed") for state in field["states"])
    ]
    locked = {text.split(":", 1)[0] for row in record["evidence"] for text in [_locked(row)] if text}
    return tables.rows(KEY_READS, [dataset]) if set(opened) & locked else []


def _locked(evidence: Facts) -> str:
    return next((column["field"] for column in evidence["columns"] if column["state"] == "encrypted"), "")


def _only(row: Facts, *names: str) -> Facts:
    return {name: row[name] for name in names}
