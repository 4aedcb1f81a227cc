"""Open questions: what a human must decide, and how many people hang on it (sections 1, 2, 3, 7; D7, D24).

One row per kind × about, never with item_count 0. "Considered" events: in the window, not trusted, not ignored.
"People reached by" events, gaps or copies: the distinct persons of the record subjects that these reached with at
least one delivered column holding a value, masked or not, exposed in the end or not.

| kind | about | item_count | people_count |
|---|---|---|---|
| intruder_outside_window | log | events of intruder selectors, no reading in the window | people they would reach |
| unreadable_address | log | unattributed events in the window whose address no selector can judge | people reached by them |
| intruder_and_trusted | log | events in the window that match both lists | people reached by them |
| ambiguous_time | log | events with two readings, verdict reached, key_read, reached_nobody | people reached by them |
| unknown_action, unknown_outcome | log | considered events whose word is unknown | people reached by them |
| unreadable_amount | log | considered events that state rows or bytes which are no number | people reached by them |
| log_without_events | log | 1 if no event is in the window, and neither a gap nor `verified` is declared of all of it | 0 |
| selector_without_events | selector | 1 if no event of any log matches it | 0 |
| resource_unclaimed | log | unresolved resources that no dataset claims | 0 |
| reached_nobody | log | all other unresolved rows | 0 |
| row_count_mismatch | log | reached events whose logged rows differ from the derived | people reached by them |
| log_gap | dataset | merged unprotected stretches | people reached by them |
| coverage_undeclared | log | undeclared stretches in the window | 0 |
| coverage_contradicted | log | stretches declared complete and shown otherwise | 0 |
| log_incomplete | log | stretches not declared and shown incomplete | 0 |
| no_data_events | log | stretches of such a log | 0 |
| log_scope_changed | log | events that changed its scope | 0 |
| silent_stretch, log_edge | log | suspected silences, within or at its ends | 0 |
| dataset_without_log | dataset | 1 | 0 |
| unlogged_copy | dataset | declared copies | people reached by them |
| interception_outside_window | dataset | stays with a known end outside | people caught in them |
| open_interception | dataset | stays with an unknown end | people caught in them |
| device_without_transactions | dataset | stays that caught no transaction of that device by name | 0 |
| unreadable_transaction_time | dataset | caught records that name a device but no time | people of them |
| unknown_device | dataset | caught records that name no device | people of them |
| rejected_lines | log or dataset | rejected lines | 0 |
| unknown_state | dataset | cells with a value and an unknown state word | 0 |
| unmapped_column | log | events that may count and name columns of which the dataset's file lacks some, not all | 0 |
| contradiction | '' | blocked rows of `links` | people in them |
| shared_value | '' | guarded values carried by nodes of exposed people | exposed people carrying one |
| no_contact | '' | rows of exposures without a contact point | people in them |
| brand_unknown | dataset | rows of exposed_records of brand 'unknown' | people in them |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .actors import any_holds, holds_unreadable_address
from .coverage import Interval, Piece
from .events import is_amount
from .findings import delivered_fields
from .interceptions import Stay
from .marts import Row
from .model import NOT_CONSIDERED, Event, Inputs, Reached
from .people import People
from .reach import Evidence
from .records import subjects_of
from .routes import find_column, log_datasets, match_resource, missing_columns, names_of_columns, route_holds_for
from .showing import signals_of, suspected_silences

Asked = tuple[str, str, int, int]  # kind, about, items, people


def people_reached(reached: list[Reached], people: People, incident: dict[str, Any]) -> set[str]:
    """The persons of the record subjects reached with a value (see the top of the file)."""
    persons = set()
    for one in reached:
        dataset = incident["datasets"][one.record.dataset]
        for subject in subjects_of(dataset):
            if any(state for _, state in delivered_fields(one, dataset, subject)):
                persons.add(people.person_of[one.record.dataset, one.record.key, subject])
    return persons


def is_beyond_selectors(event: Event, incident: dict[str, Any]) -> bool:
    """Whether no selector claims an event and one by address could not judge it: nothing is set aside in silence.

    A lone question mark says that the log knows no actor at all: then none of them could.
    """
    selectors = incident.get("intruder", [])
    has_address = any("ip" in selector for selector in selectors)
    cell = event.attributes.get("ip", "")
    is_unjudged = has_address and holds_unreadable_address(cell)
    return not event.is_intruder and (is_unjudged or (bool(selectors) and cell == "?"))


def ask_about_events(
    evidence: Evidence, people: People, incident: dict[str, Any], tables: dict[str, list[Row]]
) -> list[Asked]:
    """The questions whose items are events, per log."""
    mismatched = {
        (row["log"], row["file"], row["line"])
        for row in tables["accesses"]
        if row["verdict"] == "reached" and row["logged_row_count"] not in (None, row["derived_record_count"])
    }
    resized = {
        (row["log"], row["file"], row["line"])
        for row in tables["accesses"]
        if row["verdict"] == "reached"
        and None not in (row["logged_byte_count"], row["derived_byte_count"])
        and row["logged_byte_count"] != row["derived_byte_count"]
    }
    kinds: dict[str, Callable[[Event], bool]] = {
        "intruder_outside_window": lambda event: event.verdict == "outside_window" and event.is_intruder,
        "intruder_and_trusted": lambda event: bool(event.in_window) and event.is_intruder and event.is_trusted,
        "unreadable_address": lambda event: (
            bool(event.in_window) and not event.is_trusted and is_beyond_selectors(event, incident)
        ),
        "ambiguous_time": lambda event: (
            event.time_reading != "exact" and event.verdict in ("reached", "key_read", "reached_nobody")
        ),
        "unknown_action": lambda event: event.verdict not in NOT_CONSIDERED and event.action == "unknown",
        "unknown_outcome": lambda event: event.verdict not in NOT_CONSIDERED and event.outcome == "unknown",
        "unreadable_amount": lambda event: (
            event.verdict not in NOT_CONSIDERED
            and any(not is_amount(event.attributes.get(name, "")) for name in ("rows", "bytes"))
        ),
        "row_count_mismatch": lambda event: (event.log, event.file, event.line) in mismatched,
        "byte_count_mismatch": lambda event: (event.log, event.file, event.line) in resized,
    }
    asked = []
    for kind, concerns in kinds.items():
        reached = evidence.outside if kind == "intruder_outside_window" else evidence.reached
        for log in incident["logs"]:
            events = [event for event in evidence.events if event.log == log and concerns(event)]
            ours = [one for one in reached if any(one.event is event for event in events)]
            asked.append((kind, log, len(events), len(people_reached(ours, people, incident))))
    return asked


def ask_about_unresolved(incident: dict[str, Any], tables: dict[str, list[Row]]) -> list[Asked]:
    """Resources no dataset claims, and keys or filters that found nobody, per log."""
    asked = []
    for log in incident["logs"]:
        rows = [row for row in tables["unresolved"] if row["log"] == log]
        unclaimed = [row for row in rows if row["reason"] == "no_dataset_claims_the_resource"]
        asked.append(("resource_unclaimed", log, len(unclaimed), 0))
        asked.append(("reached_nobody", log, len(rows) - len(unclaimed), 0))
    return asked


def ask_about_coverage(
    gaps: dict[str, list[Interval]], others: list[Reached], people: People, incident: dict[str, Any],
    tables: dict[str, list[Row]],
) -> list[Asked]:  # fmt: skip
    """Gaps, undeclared stretches, datasets no log shows, and copies nobody logged."""
    asked = []
    for log in incident["logs"]:
        undeclared = [row for row in tables["coverage"] if row["log"] == log and row["status"] == "undeclared"]
        asked.append(("coverage_undeclared", log, len(undeclared), 0))
    shown = set().union(*log_datasets(incident).values())
    for dataset in incident["datasets"]:
        ours = [one for one in others if one.record.dataset == dataset]
        in_gaps = people_reached([one for one in ours if one.reason == "log_gap"], people, incident)
        copied = people_reached([one for one in ours if one.reason == "unlogged_copy"], people, incident)
        copies = [one for one in incident.get("unlogged_copies", []) if one["dataset"] == dataset]
        asked.append(("log_gap", dataset, len(gaps[dataset]), len(in_gaps)))
        asked.append(("unlogged_copy", dataset, len(copies), len(copied)))
        asked.append(("dataset_without_log", dataset, int(dataset not in shown), 0))
    return asked


def ask_about_logs(
    evidence: Evidence, incident: dict[str, Any], covered: dict[str, list[Piece]], window: Interval
) -> list[Asked]:
    """What the logs show of themselves."""
    asked = []
    for name, log in incident["logs"].items():
        events = [event for event in evidence.events if event.log == name]
        blind = [piece for piece in covered[name] if piece.status == "no_data_events"]
        shown = [
            piece
            for piece in covered[name]
            if piece.status in ("stopped", "lines_missing", "sampled", "throttled", "late")
        ]
        contradicted = [piece for piece in shown if piece.declared == "complete"]
        silences = [
            one
            for one in suspected_silences(events, window)
            if any(piece.is_silent and piece.start < one[1] and piece.end > one[0] for piece in covered[name])
        ]
        edges = [one for one in silences if one[2]]
        is_open = any(piece.declared in ("complete", "undeclared") for piece in covered[name])
        is_unheard = is_open and not any(event.in_window for event in events)
        changed = [event for word, event in signals_of(events, log) if word == "scope_changed"]
        asked += [
            ("no_data_events", name, len(blind), 0),
            ("coverage_contradicted", name, len(contradicted), 0),
            ("log_incomplete", name, len(shown) - len(contradicted), 0),
            ("log_scope_changed", name, len(changed), 0),
            ("log_without_events", name, int(is_unheard), 0),
            ("silent_stretch", name, len(silences) - len(edges), 0),
            ("log_edge", name, len(edges), 0),
        ]
    return asked


def ask_about_interceptions(stays: list[Stay], people: People, incident: dict[str, Any]) -> list[Asked]:
    """Stays outside the window, with unknown ends, without transactions; transactions nobody can place."""
    asked = []
    for dataset in incident["datasets"]:
        ours = [stay for stay in stays if stay.dataset == dataset]
        for kind, chosen in [
            ("interception_outside_window", [stay for stay in ours if stay.leaves_window]),
            ("open_interception", [stay for stay in ours if stay.is_open]),
        ]:
            caught = [one for stay in chosen for one in stay.caught]
            asked.append((kind, dataset, len(chosen), len(people_reached(caught, people, incident))))
        empty = [stay for stay in ours if all(one.reason == "unknown_device" for one in stay.caught)]
        asked.append(("device_without_transactions", dataset, len(empty), 0))
        for kind, reason in [
            ("unreadable_transaction_time", "unreadable_time"), ("unknown_device", "unknown_device"),
        ]:  # fmt: skip
            caught = [one for stay in ours for one in stay.caught if one.reason == reason]
            records = {id(one.record) for one in caught}
            asked.append((kind, dataset, len(records), len(people_reached(caught, people, incident))))
    return asked


def names_lacking_columns(event: Event, incident: dict[str, Any], inputs: Inputs) -> bool:
    """Whether an event names some columns of a dataset it reaches that are there, and some that are not (D11)."""
    resource = event.attributes.get("resource", "")
    claimed = [
        route
        for route in incident.get("routes", [])
        if route_holds_for(route, event.log) and match_resource(route["resource"], resource) is not None
    ]
    for route in claimed or [{"dataset": resource}]:
        if route.get("dataset") in inputs.datasets:
            columns = inputs.datasets[route["dataset"]].columns
            named = names_of_columns(event, route, incident["logs"][event.log])
            lacking = missing_columns(named, columns)
            if lacking and any(find_column(name, columns) for name in named):
                return True
    return False


def ask_about_columns(evidence: Evidence, incident: dict[str, Any], inputs: Inputs) -> list[Asked]:
    """Column names that could be read in part only, per log, by events that may count for somebody."""
    asked = []
    is_all_heeded = incident.get("unattributed", "ignore") == "possible"
    heeded = [
        event
        for event in evidence.events
        if event.attribution == "intruder" or (is_all_heeded and not event.is_trusted)
    ]
    for log in incident["logs"]:
        events = [event for event in heeded if event.log == log]
        asked.append(("unmapped_column", log, sum(names_lacking_columns(one, incident, inputs) for one in events), 0))
    return asked


def ask_about_inputs(rejects: list[Row], unknown_states: dict[str, int], incident: dict[str, Any]) -> list[Asked]:
    """Lines and state words that could not be read."""
    asked = []
    for source in [*incident["logs"], *incident["datasets"]]:
        asked.append(("rejected_lines", source, sum(row["source"] == source for row in rejects), 0))
    for dataset in incident["datasets"]:
        asked.append(("unknown_state", dataset, unknown_states.get(dataset, 0), 0))
    return asked


def ask_about_selectors(evidence: Evidence, incident: dict[str, Any]) -> list[Asked]:
    """Selectors that no event of any log matches, by their place in the incident file."""
    zone = incident["incident"].get("zone", "UTC")
    return [
        ("selector_without_events", f"{name}[{place}]", 1, 0)
        for name in ("intruder", "trusted")
        for place, selector in enumerate(incident.get(name, []))
        if not any(any_holds([selector], event, zone, name == "intruder") for event in evidence.events)
    ]


def ask_about_people(people: People, incident: dict[str, Any], tables: dict[str, list[Row]]) -> list[Asked]:
    """Blocked links, values shared by too many, rows without a contact point, records without a brand."""
    blocked = [row for row in tables["links"] if row["is_blocked"]]
    exposed = {row["person_id"] for row in tables["people"]}
    shared = [
        (value, people.person_of[node])
        for node, who in people.who.items()
        for value in who.values & people.guarded
        if people.person_of[node] in exposed
    ]
    reachable = {(row["person_id"], row["brand"], row["controller"]) for row in tables["contacts"]}
    silent = [
        row for row in tables["exposures"] if (row["person_id"], row["brand"], row["controller"]) not in reachable
    ]
    asked = [
        ("contradiction", "", len(blocked), len({row["person_id"] for row in blocked})),
        ("shared_value", "", len({value for value, _ in shared}), len({person for _, person in shared})),
        ("no_contact", "", len(silent), len({row["person_id"] for row in silent})),
    ]
    for dataset in incident["datasets"]:
        rows = [row for row in tables["exposed_records"] if row["dataset"] == dataset and row["brand"] == "unknown"]
        asked.append(("brand_unknown", dataset, len(rows), len({row["person_id"] for row in rows})))
    return asked


def make_open_questions(asked: list[Asked]) -> list[Row]:
    """The published rows: only questions about something."""
    return [
        {
            "question_id": f"{kind}:{about}" if about else kind, "kind": kind, "about": about,
            "item_count": items, "people_count": persons,
        }
        for kind, about, items, persons in asked
        if items
    ]  # fmt: skip


def run_verdict(incident: dict[str, Any], window: Interval, tables: dict[str, list[Row]]) -> str:
    """What the run as a whole may say (section 7, D24)."""
    if any(row["grade"] in ("confirmed", "likely") for row in tables["exposures"]):
        return "customer_data_read"
    shown = log_datasets(incident)
    is_covered = True
    for dataset in incident["datasets"]:
        complete = sorted(
            (row["from_at"], row["until_at"])
            for row in tables["coverage"]
            if row["status"] == "complete" and dataset in shown[row["log"]]
        )
        at = window[0]
        for start, end in complete:
            at = max(at, end) if start <= at else at
        is_covered = is_covered and at >= window[1]
    is_zero = is_covered and not tables["exposures"] and not tables["open_questions"]
    return "no_customer_data_read" if is_zero else "undetermined"
