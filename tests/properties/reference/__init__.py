"""A deliberately plain reading of the whole semantics, sharing no code with the pipeline (law 10).

Works on the incident file as a plain dict and on input rows as text; reading files is not part of it. Dicts and loops,
nothing clever: where this and the pipeline disagree, somebody has to read the semantics again.
"""

from __future__ import annotations

from typing import Any

from .clock import read_window
from .coverage import cover, find_gaps, reach_by_copies, reach_by_gaps
from .events import read_logs
from .evidence import make_accesses, make_coverage, make_funnel, make_unresolved
from .findings import find_fields
from .interceptions import find_stays
from .marts import (
    Row,
    make_contacts,
    make_exposed_records,
    make_exposure_fields,
    make_exposures,
    make_links,
    make_people,
)
from .model import Inputs, Line, Source
from .people import resolve_people
from .proof import make_evidence
from .questions import (
    ask_about_columns,
    ask_about_coverage,
    ask_about_events,
    ask_about_inputs,
    ask_about_interceptions,
    ask_about_logs,
    ask_about_people,
    ask_about_selectors,
    ask_about_unresolved,
    make_open_questions,
    run_verdict,
)
from .reach import gather_evidence
from .records import read_datasets
from .routes import find_reaches

__all__ = ["Inputs", "Line", "Source", "scope_reference"]


def scope_reference(incident: dict[str, Any], inputs: Inputs, window: str | None = None) -> dict[str, list[Row]]:
    """Scope one incident; returns every published table, and the run's verdict as table `verdict`."""
    zone = incident["incident"].get("zone", "UTC")
    span = read_window(window or incident["incident"]["window"], zone)
    person_key = inputs.person_key
    events, rejects, again = read_logs(incident, inputs)
    rejected_lines = len(rejects)
    records, bad_rows, unknown_states = read_datasets(incident, inputs)
    rejects += bad_rows
    for event in events:
        event.reaches = find_reaches(event, incident, inputs)
    evidence = gather_evidence(events, records, incident, inputs, span)
    covered = cover(incident, evidence.events, span)
    gaps = find_gaps(incident, covered)
    others = reach_by_gaps(gaps, records) + reach_by_copies(incident, records, inputs)
    stays = find_stays(incident, records, inputs, span)
    caught = [one for stay in stays for one in stay.caught]
    people = resolve_people(records, incident, person_key, inputs.decided)
    findings = find_fields(evidence.reached + others + caught, evidence.key_reads, people, incident)

    tables: dict[str, list[Row]] = {"rejects": rejects}
    tables["exposures"] = make_exposures(findings, records, people, incident)
    tables["exposure_fields"] = make_exposure_fields(findings)
    tables["exposed_records"] = make_exposed_records(findings, people, incident, person_key)
    tables["contacts"] = make_contacts(tables["exposures"], records, people, incident, person_key)
    tables["people"] = make_people(findings, tables["exposures"], tables["contacts"])
    tables["evidence"] = make_evidence(findings, incident, person_key)
    tables["links"] = make_links(findings, people, incident, person_key)
    tables["accesses"] = make_accesses(evidence)
    tables["unresolved"] = make_unresolved(evidence, incident, person_key)
    tables["coverage"] = make_coverage(evidence, incident, covered)
    tables["funnel"] = make_funnel(evidence, findings, tables, again, rejected_lines)
    asked = (
        ask_about_events(evidence, people, incident, tables)
        + ask_about_unresolved(incident, tables)
        + ask_about_coverage(gaps, others, people, incident, tables)
        + ask_about_logs(evidence, incident, covered, span)
        + ask_about_interceptions(stays, people, incident)
        + ask_about_inputs(rejects, unknown_states, incident)
        + ask_about_selectors(evidence, incident)
        + ask_about_columns(evidence, incident, inputs)
        + ask_about_people(people, incident, tables)
    )
    tables["open_questions"] = make_open_questions(asked)
    for rows in tables.values():
        for row in rows:
            row["incident_id"] = incident["incident"]["id"]
    tables["verdict"] = [{"verdict": run_verdict(incident, span, tables)}]
    return tables
