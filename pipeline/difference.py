"""What changed between two finished runs: who was added, who gained or lost fields, whose grade changed, who is gone.

Reads both runs' tables and manifests; people are matched by id and, where an id changed, by their records. Ids and
record names only. Nothing confirmed goes without a reason: what of its evidence is no longer there, and which input
differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.run_folder import read_manifest
from pipeline.run_tables import RunTables, open_runs

Facts = dict[str, Any]

RANKS = {"confirmed": 1, "likely": 2, "possible": 3}
# An exposure of the old run and one of the new are the same if they share a record under one brand, or the person's id.
PAIRS = """
select distinct old_one.person_id as old_person_id, new_one.person_id, new_one.brand, new_one.controller
from old_exposed_records as old_one
inner join new_exposed_records as new_one
    using (dataset, record_key, subject, brand, controller)
union
select old_one.person_id as old_person_id, new_one.person_id, new_one.brand, new_one.controller
from old_exposures as old_one
inner join new_exposures as new_one using (person_id, brand, controller)
"""
WORDS = (
    "create temporary macro rank(grade) as case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end",
    "create temporary macro readable(state) as state in ('clear', 'partial', 'encrypted_key_exposed')",
)
ADDED = """
select new_one.person_id, new_one.brand, new_one.controller, new_one.grade, new_one.grade_reason, new_one.fields,
    exists (select 1 from old_people where old_people.person_id = new_one.person_id) as is_known_person
from new_exposures as new_one
anti join pairs on pairs.person_id = new_one.person_id and pairs.brand = new_one.brand
    and pairs.controller = new_one.controller
order by person_id, brand, controller
"""
GONE = """
select old_one.person_id, old_one.brand, old_one.controller, old_one.grade, old_one.grade_reason, old_one.fields
from old_exposures as old_one
anti join pairs on pairs.old_person_id = old_one.person_id and pairs.brand = old_one.brand
    and pairs.controller = old_one.controller
order by person_id, brand, controller
"""
FIELDS = """
with before as (
    select pairs.person_id, brand, controller, field, max(readable(state)) as is_readable,
        min(rank(grade)) as grade_rank
    from old_exposure_fields as fields
    inner join pairs using (brand, controller)
    where pairs.old_person_id = fields.person_id
    group by all
), after as (
    select person_id, brand, controller, field, readable(state) as is_readable,
        rank(grade) as grade_rank
    from new_exposure_fields
    where (person_id, brand, controller) in (select person_id, brand, controller from pairs)
), compared as (
    select person_id, brand, controller, field,
        case
            when before.field is null or (after.is_readable and not before.is_readable) then 'gained'
            when after.field is null or (before.is_readable and not after.is_readable) then 'lost'
            when after.grade_rank < before.grade_rank then 'surer'
            when after.grade_rank > before.grade_rank then 'less_sure'
        end as change,
        coalesce(before.grade_rank = 1, false) as was_confirmed
    from before full join after using (person_id, brand, controller, field)
)
select person_id, brand, controller, change, list(field order by field) as fields,
    bool_or(was_confirmed) as was_confirmed
from compared
where change is not null
group by person_id, brand, controller, change
order by person_id, brand, controller, change
"""
GRADES = """
with before as (
    select pairs.person_id, brand, controller, min(rank(old_one.grade)) as grade_rank
    from old_exposures as old_one
    inner join pairs using (brand, controller)
    where pairs.old_person_id = old_one.person_id
    group by all
)
select person_id, brand, controller,
    case before.grade_rank when 1 then 'confirmed' when 2 then 'likely' else 'possible' end as old_grade,
    new_one.grade as new_grade, new_one.grade_reason
from before
inner join new_exposures as new_one using (person_id, brand, controller)
where before.grade_rank <> rank(new_one.grade)
order by person_id, brand, controller
"""
REGROUPED = """
with same as (
    select distinct old_one.person_id as old_person_id, new_one.person_id as new_person_id
    from old_exposed_records as old_one
    inner join new_exposed_records as new_one using (dataset, record_key, subject)
), counted as (
    select *, count(*) over (partition by old_person_id) as new_count,
        count(*) over (partition by new_person_id) as old_count
    from same
)
select old_person_id, new_person_id,
    case when old_count > 1 then 'merged' when new_count > 1 then 'split' else 'renamed' end as change
from counted
where old_person_id <> new_person_id or old_count > 1 or new_count > 1
order by old_person_id, new_person_id
"""
# An exposure that stands on other records may have lost one: at the grain of records nothing goes unsaid either.
RECORDS = """
select records.person_id, records.brand, records.controller, records.dataset, records.record_key, records.subject,
    records.grade
from old_exposed_records as records
anti join new_exposed_records as still using (dataset, record_key, subject, brand, controller)
anti join gone using (person_id, brand, controller)
order by person_id, brand, controller, dataset, record_key, subject
"""
# The rows of the old run that are gone, lost fields or became less sure, under the id they are told by.
ASKED = """
select person_id, person_id as old_person_id, brand, controller from gone
union
select person_id, person_id as old_person_id, brand, controller from records
union
select distinct pairs.person_id, pairs.old_person_id, pairs.brand, pairs.controller
from pairs
inner join fields using (person_id, brand, controller)
where fields.change in ('lost', 'less_sure')
union
select distinct pairs.person_id, pairs.old_person_id, pairs.brand, pairs.controller
from pairs
inner join grades using (person_id, brand, controller)
"""
# What showed the rows in `asked` and does not show them in the same way now.
BEHIND = """
with before as (
    select asked.person_id, asked.brand, asked.controller, dataset, record_key, subject, event_id,
        evidence.grade, evidence.grade_reason, delivered_columns
    from asked
    inner join old_exposed_records as records on records.person_id = asked.old_person_id
        and records.brand = asked.brand and records.controller = asked.controller
    inner join old_evidence as evidence using (evidence_id)
), after as (
    select distinct dataset, record_key, subject, brand, controller, event_id, evidence.grade, evidence.grade_reason,
        delivered_columns
    from new_exposed_records as records
    inner join new_evidence as evidence using (evidence_id)
    where (dataset, record_key, subject) in (select (dataset, record_key, subject) from before)
), weaker as (
    select before.* from before
    anti join after on after.dataset = before.dataset and after.record_key = before.record_key
        and after.subject = before.subject and after.brand = before.brand and after.controller = before.controller
        and after.event_id is not distinct from before.event_id and after.grade = before.grade
        and after.grade_reason = before.grade_reason and after.delivered_columns = before.delivered_columns
)
select distinct weaker.person_id, weaker.brand, weaker.controller, weaker.dataset, weaker.event_id,
    accesses.file, accesses.occurred_at, new_accesses.event_id is not null as is_still_counted,
    exists (
        select 1 from after
        where after.event_id = weaker.event_id and after.dataset = weaker.dataset
            and after.record_key = weaker.record_key and after.subject = weaker.subject
    ) as is_still_reached
from weaker
left join old_accesses as accesses on accesses.event_id = weaker.event_id
left join new_accesses on new_accesses.event_id = weaker.event_id
order by all
"""
TABLES = {
    "pairs": PAIRS,
    "added": ADDED,
    "gone": GONE,
    "fields": FIELDS,
    "grades": GRADES,
    "regrouped": REGROUPED,
    "records": RECORDS,
    "asked": ASKED,
}
REASONS = {
    "outside_the_window": "the event lies outside the window now",
    "log_file_gone": "the log file that shows it is no input any more",
    "event_no_longer_counts": "the event no longer counts as the intruder's read of a record, or its log line changed",
    "record_no_longer_reached": "the event still counts, and no longer reaches the record or holds a value of it",
    "delivered_otherwise": "the event still reaches the record, in other columns, under another brand or less surely",
    "dataset_gone": "the dataset is no input any more",
    "no_longer_unseen": "the gap, copy or interception that made it possible is no longer declared",
}


def compare_runs(old: Path, new: Path) -> Facts:
    """Return everything that differs between two runs, oldest first.

    Raises UsageError if the runs' ids cannot be compared, because another person key made them.
    """
    before, after = read_manifest(old), read_manifest(new)
    if before.get("person_key_sha256") != after.get("person_key_sha256"):
        raise UsageError(
            "the two runs were made with different person keys, so their ids have nothing to do with each other",
            where=f"{old.name}, {new.name}",
            remedy="run the older one again with the newer one's key (identity.key_file)",
        )
    with open_runs({"old_": old, "new_": new}) as tables:
        for statement in WORDS:
            tables.rows(statement)
        for name, sql in TABLES.items():
            tables.rows(f"create temporary table {name} as {sql}")
        found: Facts = {
            "old": old.name,
            "new": new.name,
            "changed_inputs": list(_changed_parts(before, after)),
            "counts": _counts(tables),
            "added": tables.rows("from added"),
            "gone": tables.rows("from gone"),
            "fields": tables.rows("from fields"),
            "grades": tables.rows("from grades"),
            "regrouped": tables.rows("from regrouped"),
            "records": tables.rows("from records"),
        }
        _explain(tables, found, after)
    found["confirmed_gone"] = sum(row["grade"] == "confirmed" for row in found["gone"])
    found["confirmed_records_gone"] = sum(row["grade"] == "confirmed" for row in found["records"])
    return found


def _counts(tables: RunTables) -> Facts:
    sql = "select (select count(*) from {0}people) as people, (select count(*) from {0}exposures) as exposures"
    return {run: tables.rows(sql.format(f"{run}_"))[0] for run in ("old", "new")}


def _changed_parts(before: Facts, after: Facts) -> Iterator[Facts]:
    """Name what went into the runs and differs: it is the cause of every other difference."""
    for name in ("window_start_at", "window_end_at"):
        if before["incident"][name] != after["incident"][name]:
            yield {"part": "window", "name": name, "what": "changed"}
    if before["incident_file"]["sha256"] != after["incident_file"]["sha256"]:
        yield {"part": "incident file", "name": after["incident_file"]["file"], "what": "changed"}
    inputs = [{item["file"]: item["sha256"] for item in run["inputs"]} for run in (before, after)]
    yield from _changed("input", *inputs)
    for part in ("code", "sql", "expectations"):
        yield from _changed(part, before[part], after[part])


def _changed(part: str, before: Facts, after: Facts) -> Iterator[Facts]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            what = "added" if name not in before else "gone" if name not in after else "changed"
            yield {"part": part, "name": name, "what": what}


def _explain(tables: RunTables, found: Facts, after: Facts) -> None:
    """Say of every row that is gone, lost fields or became less sure what of its evidence no longer stands."""
    behind: dict[tuple[str, str, str], set[str]] = {}
    for row in tables.rows(BEHIND):
        behind.setdefault(_place(row), set()).add(_why(row, after))
    lowered = [row for row in found["fields"] if row["change"] in ("lost", "less_sure")]
    lowered += [row for row in found["grades"] if RANKS[row["new_grade"]] > RANKS[row["old_grade"]]]
    for row in [*found["gone"], *found["records"], *lowered]:
        reasons = sorted(behind.get(_place(row), set()))
        row["reasons"], row["why"] = reasons, [REASONS[reason] for reason in reasons]


def _place(row: Facts) -> tuple[str, str, str]:
    return row["person_id"], row["brand"], row["controller"]


def _why(row: Facts, after: Facts) -> str:
    inputs = {item["source"] for item in after["inputs"]}
    if row["dataset"] not in inputs:
        return "dataset_gone"
    if row["event_id"] is None:
        return "no_longer_unseen"
    if row["is_still_counted"]:
        return "delivered_otherwise" if row["is_still_reached"] else "record_no_longer_reached"
    stamp = row["occurred_at"].replace(tzinfo=None).isoformat()
    start, end = (after["incident"][name].removesuffix("Z") for name in ("window_start_at", "window_end_at"))
    if not start <= stamp < end:
        return "outside_the_window"
    files = {item["file"] for item in after["inputs"]}
    return "log_file_gone" if row["file"] not in files else "event_no_longer_counts"
