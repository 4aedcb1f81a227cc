"""Which record versions an event reached, how sure, and the event's verdict (sections 4, 5, 7; D5, D12–D16, D18)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .actors import any_holds
from .byte_ranges import arrived_records
from .events import READS, delivered_nothing
from .model import GRADES, Event, Inputs, KeyRead, Reach, Reached, Record
from .pages import on_page

Unresolved = tuple[Event, str | None, str | None, str | None, str]  # event, dataset, reach kind, record key, reason


@dataclass
class Evidence:
    """What the events of one incident show."""

    events: list[Event]
    reached: list[Reached] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    key_reads: list[KeyRead] = field(default_factory=list)
    outside: list[Reached] = field(default_factory=list)  # what intruders' events outside the window would reach


def lives_at(record: Record, at: datetime, dataset: dict[str, Any], is_stand_in: bool) -> bool:
    """Whether a record was there: `valid_from <= t < valid_to`; stand-ins whatever their end (D12).

    An empty validity is never reached, not even by a stand-in (D4).
    """
    if record.valid_from >= record.valid_to:
        return False
    if is_stand_in:
        return bool(dataset.get("generated_at")) or record.valid_from <= at
    return record.valid_from <= at < record.valid_to


def fits(record: Record, reach: Reach, key: str | None) -> bool:
    """Whether a record is one the reach asks for, at whatever time (D9, D10)."""
    if record.dataset != reach.dataset:
        return False
    if reach.kind == "key":
        return record.key == key
    return all(record.cells.get(column, "").strip().lower() == value for column, value in reach.conditions)


def reach_records(
    event: Event,
    reach: Reach,
    readings: list[datetime],
    records: list[Record],
    incident: dict[str, Any],
    inputs: Inputs,
) -> tuple[list[Reached], list[Unresolved]]:
    """The record versions one reach found at the readings given, and what it asked for in vain (D2, D12, D13)."""
    assert reach.dataset is not None
    dataset = incident["datasets"][reach.dataset]
    found: list[Reached] = []
    missing: list[Unresolved] = []
    for key in reach.keys if reach.kind == "key" else [None]:
        asked = [record for record in records if fits(record, reach, key)]
        arrived = [(record, reach.columns, set[str]()) for record in asked]
        if reach.stretch is not None:
            arrived = [
                (record, all_ if reach.columns is None else all_ & reach.columns, part)
                for record, all_, part in arrived_records(reach, asked, incident, inputs)
            ]
        asked = [record for record, _, _ in arrived]
        shown, doubts = who_was_shown(event, reach, readings, asked, incident)
        hits = []
        for record, columns, partial in arrived:
            at = [reading for reading in readings if record in shown[reading]]
            if at:
                hit = Reached(record, columns, min(at), max(at), reach.access, reach.kind, partial, event)
                hit.is_stand_in = reach.is_stand_in
                hit.reasons = set(reach.reasons) | {doubt for reading in at if (doubt := doubts[reading])}
                if len(at) < len(event.readings):
                    hit.reasons.add("ambiguous_time")
                hits.append(hit)
        if not hits:
            nothing = "no_such_record" if reach.kind == "key" else "no_record_matches"
            reason = "no_record_at_that_instant" if asked else nothing
            if reach.page and any(lives_at(record, at, dataset, False) for record in asked for at in readings):
                reason = "no_record_on_that_page"
            missing.append((event, reach.dataset, reach.kind, key, reason))
        found += hits
    return found, missing


def who_was_shown(
    event: Event, reach: Reach, readings: list[datetime], asked: list[Record], incident: dict[str, Any]
) -> tuple[dict[datetime, list[Record]], dict[datetime, str | None]]:
    """Of the records a reach asks for, those that were there at each reading and on its page; and what is in doubt."""
    assert reach.dataset is not None
    dataset = incident["datasets"][reach.dataset]
    zone = dataset.get("zone") or incident["incident"].get("zone", "UTC")
    shown: dict[datetime, list[Record]] = {}
    doubts: dict[datetime, str | None] = {}
    for at in readings:
        if reach.page is None:
            shown[at] = [record for record in asked if lives_at(record, at, dataset, reach.is_stand_in)]
            doubts[at] = None
        else:
            shown[at], doubts[at] = on_page(reach.page, asked, at, dataset, zone, event.row_count)
    return shown, doubts


def distinct_records(reached: list[Reached]) -> set[tuple[str, str]]:
    """Records, not versions: (dataset, record key)."""
    return {(one.record.dataset, one.record.key) for one in reached}


def grade_by(attribution: str, is_stand_in: bool, reasons: set[str]) -> tuple[str, str]:
    """How sure one finding is, and why (section 7, D18)."""
    if attribution == "unattributed":
        return "possible", "unattributed"
    if is_stand_in:
        return "possible", "stand_in"
    return ("likely", min(reasons)) if reasons else ("confirmed", "exact_reach")


def reach_by_event(
    event: Event, readings: list[datetime], records: list[Record], incident: dict[str, Any], inputs: Inputs
) -> tuple[list[Reached], list[Unresolved]]:
    """Everything one event reached at the readings given, graded; compared with the rows it logged (D14)."""
    found: list[Reached] = []
    missing: list[Unresolved] = []
    for reach in event.reaches:
        if reach.dataset is not None and not reach.is_other_content:
            more, lacking = reach_records(event, reach, readings, records, incident, inputs)
            found += more
            missing += lacking
    for hit in found:
        derived = len({record for record in distinct_records(found) if record[0] == hit.record.dataset})
        if event.row_count is not None and derived > event.row_count and hit.kind not in ("key", "page"):
            hit.reasons.add("fewer_rows_logged")
        size = byte_counts(event).get(hit.record.dataset)
        is_short = size is not None and event.byte_count is not None and event.byte_count < size
        if is_short and event.outcome != "aborted" and hit.kind in ("range", "whole"):
            hit.reasons.add("fewer_bytes_logged")
        hit.grade, hit.reason = grade_by(event.attribution, hit.is_stand_in, hit.reasons)
    return found, list(dict.fromkeys(missing))


def byte_counts(event: Event) -> dict[str, int | None]:
    """How many bytes of each dataset's stored file an event asked for; None where nobody can tell."""
    found: dict[str, int | None] = {}
    for reach in event.reaches:
        if reach.dataset is not None and not reach.is_other_content:
            known = found.get(reach.dataset, 0)
            is_known = known is not None and reach.byte_count is not None
            found[reach.dataset] = max(known or 0, reach.byte_count or 0) if is_known else None
    return found


def derived_bytes(event: Event) -> int | None:
    """Over all datasets of an event together; None where one is not known."""
    sizes = byte_counts(event)
    known = [size for size in sizes.values() if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def content_verdict(event: Event) -> str | None:
    """Why an event exposes nothing whatever its reach, in the order of D5 (section 4)."""
    if event.action not in READS:
        return "not_a_read"
    if event.outcome in ("denied", "failed", "redirected", "not_modified", "no_content"):
        return event.outcome
    if delivered_nothing(event):
        return "nothing_delivered"
    if not event.reaches:
        return "unclaimed"
    if all(reach.is_other_content for reach in event.reaches):
        return "not_the_resource"
    return None


def attribute(event: Event, incident: dict[str, Any], window: tuple[datetime, datetime]) -> None:
    """Whose an event is, and whether it lies in the window (section 3, D5–D7)."""
    zone = incident["incident"].get("zone", "UTC")
    intruder, trusted = incident.get("intruder", []), incident.get("trusted", [])
    event.is_intruder = any_holds(intruder, event, zone, is_any_enough=True)
    event.is_trusted = any_holds(trusted, event, zone, is_any_enough=False)
    event.in_window = [at for at in event.readings if window[0] <= at < window[1]]
    is_theirs = event.is_intruder or (not intruder and not event.is_trusted)
    event.attribution = "intruder" if is_theirs else "unattributed"


def early_verdict(event: Event, incident: dict[str, Any]) -> str | None:
    """Why an event is not considered at all (D5)."""
    if not event.in_window:
        return "outside_window"
    if event.is_trusted and not event.is_intruder:
        return "trusted"
    if event.attribution == "unattributed" and incident.get("unattributed", "ignore") == "ignore":
        return "unattributed"
    return None


def read_keys(event: Event) -> list[KeyRead]:
    """The datasets whose encryption key an event read; unlike other content, at its earliest reading (D16)."""
    reasons = set(event.reasons)
    if len(event.in_window) < len(event.readings):
        reasons.add("ambiguous_time")
    names = {name for reach in event.reaches if not reach.is_other_content for name in reach.unlocks}
    grade, reason = grade_by(event.attribution, False, reasons)
    return [KeyRead(event, name, min(event.in_window), grade, reason) for name in sorted(names)]


def judge(event: Event, evidence: Evidence, records: list[Record], incident: dict[str, Any], inputs: Inputs) -> None:
    """Give an event its one verdict, and note what it reached (D5)."""
    verdict = early_verdict(event, incident)
    if verdict == "outside_window" and event.is_intruder and content_verdict(event) is None:
        evidence.outside += reach_by_event(event, event.readings, records, incident, inputs)[0]
    event.verdict = verdict or content_verdict(event) or ""
    if event.verdict == "unclaimed":
        evidence.unresolved.append((event, None, None, None, "no_dataset_claims_the_resource"))
    if event.verdict:
        return
    found, missing = reach_by_event(event, event.in_window, records, incident, inputs)
    keys = read_keys(event)
    evidence.reached += found
    evidence.unresolved += missing
    evidence.key_reads += keys
    event.verdict = "reached" if found else "key_read" if keys else "reached_nobody"


def best_key_read(dataset: str, key_reads: list[KeyRead]) -> KeyRead | None:
    """Of several key reads the one with the best grade, then the earliest (D16)."""
    ours = [one for one in key_reads if one.dataset == dataset]
    return min(ours, key=lambda one: (GRADES.index(one.grade), one.at, one.reason), default=None)


def gather_evidence(
    events: list[Event],
    records: list[Record],
    incident: dict[str, Any],
    inputs: Inputs,
    window: tuple[datetime, datetime],
) -> Evidence:
    """Verdict, reach and key reads of all events."""
    evidence = Evidence(events)
    for event in events:
        attribute(event, incident, window)
        judge(event, evidence, records, incident, inputs)
    return evidence
