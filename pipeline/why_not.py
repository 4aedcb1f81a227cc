"""Why somebody is not on the list: which datasets hold them, which events came near, what kept them out.

Nobody ruled out stands in any published table (semantics, law 8), so this goes back to the incident file and its
inputs. Only the rows of the one who is asked for are landed, in a private folder that goes at the end; all rows of a
dataset where what was read of one hangs on the others (pages, statements). The rules are the run's own SQL: reach is
asked a second time as if every event counted, and what then reaches the record came near.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.asked_for import read_inquiry, refuse_unread
from pipeline.config import Dataset
from pipeline.engines.base import Engine
from pipeline.engines.on_duckdb import open_duckdb
from pipeline.errors import UsageError
from pipeline.explain import find_people, published_key
from pipeline.incident_file import IncidentSource, read_incident_file
from pipeline.intake import land
from pipeline.linking import link_everybody
from pipeline.manifest import hash_file
from pipeline.paths import find_sql
from pipeline.person_ids import PERSON_ID, records_before
from pipeline.reasons import reason_of_verdict
from pipeline.run_folder import read_manifest
from pipeline.run_tables import open_runs
from pipeline.statements.replay import replay
from pipeline.steps import Step, load_steps, upstream
from pipeline.window import Window

Facts = dict[str, Any]
Report = Callable[[str, int], None]

NEEDED = {"int_event_verdicts", "int_set_aside_records", "int_dataset_coverage", "int_coverage_pieces"}
CANDIDATES, ALIKE = "int_candidate_events", "int_alike_events"
NEAR = {"int_named_records", "int_replayed_records", "int_reached_records"}
NOBODY = "cast(null as bigint)"
MOST = 3
# As if every event were the intruder's, in the window, and had delivered something.
RELAXED = {
    "landed_reaches": "select * replace (false as is_other_content) from landed_reaches",
    "stg_events": "select * replace ('intruder' as attribution, true as is_in_window) from stg_events",
    "int_event_contents": "select * replace ('read' as content) from ({int_event_contents})",
}
# No event stands for another: each is asked for by itself.
ALONE = """
select distinct event_number, event_number as standing_number, cast(null as timestamp) as occurred_at
from int_candidate_events
"""
REPLAYED = """
select distinct replays.plan_number, candidates.occurred_at
from landed_replays as replays
inner join int_candidate_events as candidates on candidates.event_number = replays.event_number
"""
WANTED = """
select records.record_number, records.dataset, records.record_key, records.valid_from, records.valid_to, records.file,
    records.line
from landed_records as records
where exists (
    select 1 from wanted_values as asked
    where asked.kind = 'key' and asked.dataset = records.dataset and asked.value = records.record_key
) or records.record_number in (
    select held.record_number from landed_identifiers as held
    inner join wanted_values as asked
        on asked.kind = held.kind and (asked.value = held.value or asked.value = lower(trim(held.contact_value)))
)
"""
RECORDS = """
select records.dataset, records.record_key, min(datasets.is_key_personal), min(records.file), min(records.line),
    list([records.valid_from, records.valid_to] order by records.valid_from, records.record_number)
from wanted_records as records
inner join landed_datasets as datasets on datasets.dataset = records.dataset
group by records.dataset, records.record_key
order by records.dataset, records.record_key
"""
EVENTS = """
select records.dataset, records.record_key,
    case when bool_or(reached.event_number is not null) then min(verdicts.verdict) else 'not_there_then' end,
    lines.file, lines.line, min(verdicts.occurred_at) as occurred_at
from (
    select event_number, reach_number, record_number from int_named_records
    union
    select event_number, reach_number, record_number from int_replayed_records
) as named
inner join wanted_records as records on records.record_number = named.record_number
inner join landed_events as lines on lines.event_number = named.event_number
inner join verdicts on verdicts.event_number = named.event_number
left join int_reached_records as reached
    on reached.event_number = named.event_number and reached.reach_number = named.reach_number
    and reached.record_number = named.record_number
group by records.dataset, records.record_key, named.event_number, lines.file, lines.line
order by records.dataset, records.record_key, occurred_at, lines.file, lines.line
"""
OTHERS = """
select reaches.dataset, records.record_key, count(distinct reaches.event_number)
from landed_reaches as reaches
inner join verdicts on verdicts.event_number = reaches.event_number
inner join (select distinct dataset, record_key from wanted_records) as records on records.dataset = reaches.dataset
left join (
    select named.event_number, wanted_records.dataset, wanted_records.record_key
    from int_named_records as named
    inner join wanted_records on wanted_records.record_number = named.record_number
    union
    select named.event_number, wanted_records.dataset, wanted_records.record_key
    from int_replayed_records as named
    inner join wanted_records on wanted_records.record_number = named.record_number
) as near on near.event_number = reaches.event_number and near.dataset = reaches.dataset
    and near.record_key = records.record_key
where verdicts.verdict in ('reached', 'reached_nobody') and near.event_number is null
group by reaches.dataset, records.record_key
"""
ASIDE = """
select records.dataset, records.record_key, min(aside.reason)
from int_set_aside_records as aside
inner join int_linked_records as subjects
    on subjects.subject_number = aside.subject_number and subjects.owner_number = aside.owner_number
inner join wanted_records as records on records.record_number = subjects.record_number
group by records.dataset, records.record_key
"""
COVERAGE = """
select dataset, from_at, until_at, complete_log_count > 0, is_gap
from int_dataset_coverage
where dataset in (select dataset from wanted_records)
order by dataset, from_at
"""
# Numbers that end alike and cannot be read; and lines that could not be read at all. Either may be who is asked for.
DOUBTS = """
select records.dataset, count(distinct held.record_number)
from landed_identifiers as held
inner join landed_records as records on records.record_number = held.record_number
inner join wanted_values as asked on asked.kind = held.kind
    and right(regexp_replace(held.contact_value, '[^0-9]', '', 'g'), 6) = right(asked.value, 6)
where held.kind = 'phone' and held.value is null
    and held.record_number not in (select record_number from wanted_records)
group by records.dataset
order by records.dataset
"""
REJECTED = """
select source, sum(reject_count) from landed_sources
where source_kind = 'dataset' and reject_count > 0 group by source order by source
"""
LOGS = """
select dataset, list(distinct log order by log)
from landed_log_datasets
where dataset in (select dataset from wanted_records)
group by dataset
"""


def why_not(incident: Path, folder: Path, person: str, report: Report, *, is_everything: bool = False) -> Facts:
    """Return what the inputs of the run in `folder` hold of somebody, what came near, and what kept them out.

    `person` is `dataset:key` or a contact value; it is repeated nowhere. `is_everything` lands every record instead of
    the one's own: slow, and the same answer unless a rule looks at a record's neighbours. Raises a ScopeError if the
    inputs cannot be read.
    """
    manifest = read_manifest(folder)
    source = read_incident_file(incident)
    window = _window(manifest)
    if PERSON_ID.fullmatch(person.strip()):
        people = find_people(folder, person)
        if people:
            return _about(folder, manifest, incident) | {"read_as": "person_id", "person_ids": people, "records": []}
        person = _record_before(folder, source, person.strip())
    inquiry = read_inquiry(source, person)
    wanted = inquiry.wanted
    with TemporaryDirectory(prefix="scope-why-not-") as name:
        work = Path(name)
        (work / "landed").mkdir(mode=0o700)
        keep = None if is_everything else wanted.keep
        land(source, window, "0" * 64, work / "landed", report, keep, is_every_event=True)
        wanted.save(work / "landed" / "wanted_values.parquet")
        report("asking the rules", 0)
        limits = source.model.limits
        with open_duckdb(work, limits.threads, limits.memory) as engine:
            records = _ask(engine, work)
            doubts, rejected = dict(engine.rows(DOUBTS)), dict(engine.rows(REJECTED))
    if not records:
        refuse_unread(inquiry)
    _mark_listed(folder, records)
    return _about(folder, manifest, incident) | {
        "read_as": inquiry.read_as,
        "person_ids": [],
        "asked_datasets": list(inquiry.datasets),
        "other_datasets": list(inquiry.others),
        "unread_numbers": doubts,
        "unread_lines": {name: int(count) for name, count in rejected.items() if name in inquiry.datasets},
        "records": [record | {"verdict": _verdict(record)} for record in records],
    }


def _about(folder: Path, manifest: Facts, incident: Path) -> Facts:
    return {
        "run": folder.name,
        "incident_id": manifest["incident"]["incident_id"],
        "window": [manifest["incident"][f"window_{end}_at"] for end in ("start", "end")],
        "changed_inputs": _changed(manifest, incident),
    }


def _record_before(folder: Path, source: IncidentSource, person_id: str) -> str:
    """Name the record by which to ask for somebody whom this run does not list and an earlier one did."""
    run, records = records_before(folder, person_id)
    datasets = source.model.datasets
    named = [(dataset, key) for dataset, key in records if dataset in datasets and not _is_personal(datasets[dataset])]
    if named:
        return ":".join(named[0])
    if records:
        what, remedy = (
            f"that id is of run {run} and not on this list; its records' keys are personal",
            "ask by a contact value",
        )
    else:
        what, remedy = "no run here lists that id", "it could not be looked for: ask by dataset:key or a contact value"
    raise UsageError(what, where="scope why-not", remedy=remedy)


def _is_personal(dataset: Dataset) -> bool:
    return dataset.key is None or dataset.key in dataset.columns


def _window(manifest: Facts) -> Window:
    start, end = (datetime.fromisoformat(manifest["incident"][f"window_{end}_at"]) for end in ("start", "end"))
    return Window(start, end)


def _ask(engine: Engine, work: Path) -> list[Facts]:
    """Build the rules on what was landed, then reach once more as if every event counted, and gather the answers."""
    for path in sorted((work / "landed").glob("*.parquet")):
        engine.load(path.stem if path.stem != "landed_reaches" else "read_reaches", path)
    engine.build("landed_reaches", "select * from read_reaches")
    # Whether records belong to one person changes nothing about which of them was reached.
    engine.build("resolved_subjects", f"select {NOBODY} as subject_number, {NOBODY} as component_number limit 0")
    steps = load_steps(find_sql())
    first = upstream(steps, {CANDIDATES})
    _build(engine, first)
    _replay(engine, work / "once")
    people = tuple(step for step in upstream(steps, {"int_record_subjects"}) if step not in first)
    _build(engine, people)
    link_everybody(engine)
    _build(engine, tuple(step for step in upstream(steps, NEEDED) if step not in (*first, *people)))
    engine.build("wanted_records", WANTED)
    engine.build("verdicts", "select * from int_event_verdicts")
    aside = {(dataset, key): reason for dataset, key, reason in engine.rows(ASIDE)}
    rules = {step.name: step.sql for step in first}
    for name, sql in RELAXED.items():
        engine.build(name, sql.format(**rules))
    stale = _after(steps, set(RELAXED), upstream(steps, NEAR))
    _build(engine, tuple(step for step in stale if step in first))
    engine.build(ALIKE, ALONE)
    _replay(engine, work / "again")
    _build(engine, tuple(step for step in stale if step not in first and step.name != ALIKE))
    found = _Found(
        aside,
        _group(engine.rows(EVENTS), 2),
        {(dataset, key): count for dataset, key, count in engine.rows(OTHERS)},
        _group(engine.rows(COVERAGE), 1),
        dict(engine.rows(LOGS)),
    )
    return [_record(row, found) for row in engine.rows(RECORDS)]


def _replay(engine: Engine, work: Path) -> None:
    """Replay the statements of the events that count, on the records that were landed."""
    work.mkdir(mode=0o700)
    plans = dict(engine.rows("select plan_number, plan from landed_plans"))
    asked = [(plan, at) for plan, at in engine.rows(REPLAYED)]
    cells = {path.stem: path for path in sorted((work.parent / "cells").glob("*.parquet"))}
    for path in replay(plans, asked, cells, work, None, None):
        engine.build(path.stem, f"from read_parquet('{path}')")


@dataclass(frozen=True)
class _Found:
    """What was gathered, by record or by dataset."""

    aside: dict[tuple[str, str], str]
    events: dict[tuple[Any, ...], list[tuple[Any, ...]]]
    others: dict[tuple[str, str], int]
    coverage: dict[tuple[Any, ...], list[tuple[Any, ...]]]
    logs: dict[str, list[str]]


def _group(rows: list[tuple[Any, ...]], size: int) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Group rows by their first `size` cells."""
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(row[:size], []).append(row[size:])
    return groups


def _record(row: tuple[Any, ...], found: _Found) -> Facts:
    dataset, key, is_key_personal, file, line, lives = row
    events = _group([(verdict, *rest) for verdict, *rest in found.events.get((dataset, key), [])], 1)
    return {
        "dataset": dataset,
        "record_key": key,
        "is_key_personal": is_key_personal,
        "file": file,
        "line": line,
        "lives": [{"from_at": _bound(start), "until_at": _bound(end)} for start, end in lives],
        "set_aside": found.aside.get((dataset, key)),
        "events": [_came_near(verdict, rows) for (verdict,), rows in sorted(events.items())],
        "other_read_count": found.others.get((dataset, key), 0),
        "logs": found.logs.get(dataset, []),
        "coverage": [_piece(piece, lives) for piece in found.coverage.get((dataset,), [])],
    }


def _came_near(verdict: str, rows: list[tuple[Any, ...]]) -> Facts:
    reason = reason_of_verdict(verdict)
    places = [{"file": file, "line": line, "occurred_at": occurred_at} for file, line, occurred_at in rows]
    return {
        "verdict": verdict,
        "why": reason.sentence,
        "rule": reason.place,
        "count": len(rows),
        "places": places[:MOST],
    }


def _piece(piece: tuple[Any, ...], lives: list[list[datetime]]) -> Facts:
    start, end, is_complete, is_gap = piece
    existed = any(born < end and died > start for born, died in lives)
    status = "complete" if is_complete else "gap" if is_gap else "undeclared"
    return {"from_at": start, "until_at": end, "status": status, "existed": existed}


def _bound(instant: datetime) -> datetime | None:
    return None if instant.year in (1, 9999) else instant


def _verdict(record: Facts) -> str:
    """Say what may be said of one record: never that it is not affected (semantics, section 7)."""
    if record["is_listed"]:
        return "on_the_list"
    if record["set_aside"]:
        return "nothing_to_expose"
    if not record["logs"] or any(piece["existed"] and piece["status"] != "complete" for piece in record["coverage"]):
        return "cannot_be_proven"
    return "ruled_out"


def _mark_listed(folder: Path, records: list[Facts]) -> None:
    """Say which records are on the list after all; a key that is personal data is told by its place alone."""
    sql = "select distinct person_id from exposed_records where dataset = ? and record_key in (?, ?) order by 1"
    with open_runs({"": folder}) as tables:
        for record in records:
            dataset, key = record["dataset"], record["record_key"]
            rows = tables.rows(sql, [dataset, key, published_key(dataset, key, folder)])
            record["person_ids"] = [row["person_id"] for row in rows]
            record["is_listed"] = bool(rows)
            if record.pop("is_key_personal"):
                record["record_key"] = None


def _changed(manifest: Facts, incident: Path) -> list[str]:
    """Name the inputs that are not what they were when the run was made."""
    sealed = {item["file"]: item["sha256"] for item in manifest["inputs"]}
    sealed[incident.name] = manifest["incident_file"]["sha256"]
    paths = {name: incident.parent / name for name in sealed}
    return [name for name, path in sorted(paths.items()) if not path.is_file() or hash_file(path) != sealed[name]]


def _build(engine: Engine, steps: tuple[Step, ...]) -> None:
    for step in steps:
        engine.build(step.name, step.sql)


def _after(steps: tuple[Step, ...], changed: set[str], within: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps among `within` that read what changed, directly or not, in build order."""
    stale = set(changed)
    found = []
    for step in steps:
        if step in within and step.name not in changed and stale & set(step.reads):
            stale.add(step.name)
            found.append(step)
    return tuple(found)
