"""Log lines → distinct events: time, words, amounts (semantics, sections 2 and 4; D1–D3, "Our words").

Which records an event reaches is `routes` and `reach`; whose it is, `actors`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .byte_ranges import is_part
from .clock import read_duration, read_length, read_stamp
from .model import Event, Inputs, Line

ACTIONS = {
    "view": "view get read select open show",
    "search": "search query find report",
    "export": "export download dump unload backup",
    "copy": "copy",
    "list": "list ls",
    "metadata": "metadata head options stat describe",
    "count": "count aggregate",
    "write": "write put patch insert update create upload",
    "delete": "delete remove truncate",
    "login": "login logon signin logout",
}
READS = {"view", "search", "export", "copy", "unknown"}
OUTCOMES = {
    "succeeded": "ok success succeeded allowed allow permit true completed",
    "denied": "denied deny forbidden unauthorized refused blocked",
    "failed": "failed failure error fail false",
    "aborted": "aborted reset timeout timed_out cancelled canceled partial interrupted",
}
BUILT_IN_ACTIONS = {word: ours for ours, words in ACTIONS.items() for word in words.split()}
BUILT_IN_OUTCOMES = {word: ours for ours, words in OUTCOMES.items() for word in words.split()}
BUILT_IN_OUTCOMES["timed out"] = "aborted"


def read_action(word: str, own_words: dict[str, str]) -> str:
    """The log's word for what was done in ours; its own mapping first; a blank says nothing ("Our words")."""
    own = {theirs.strip().lower(): ours for theirs, ours in own_words.items()}
    word = word.strip().lower()
    if word in own:
        return own[word]
    return BUILT_IN_ACTIONS.get(word, "unknown")


def read_status(status: str) -> str:
    """An HTTP status in our words ("Our words")."""
    exact = {"204": "no_content", "205": "no_content", "304": "not_modified", "499": "aborted", "408": "aborted"}
    exact |= dict.fromkeys(["200", "201", "202", "203", "206", "207"], "succeeded")
    exact |= dict.fromkeys(["401", "403", "407"], "denied")
    exact["504"] = "aborted"
    if status in exact:
        return exact[status]
    if len(status) == 3 and status.isdigit() and status[0] in "345":
        return {"3": "redirected", "4": "failed", "5": "failed"}[status[0]]
    return "unknown"


def read_outcome(word: str, status: str, own_words: dict[str, str]) -> str:
    """How an operation ended: its word, else its status; an error status beats a word of success ("Our words")."""
    own = {theirs.strip().lower(): ours for theirs, ours in own_words.items()}
    word, status = word.strip().lower(), status.strip()
    if not word:
        return read_status(status) if status else "succeeded"
    outcome = own.get(word) or BUILT_IN_OUTCOMES.get(word, "unknown")
    if outcome == "succeeded" and status[:1] in ("3", "4", "5"):
        return read_status(status)
    return outcome


def read_number(text: str) -> int | None:
    """A count of rows or bytes; anything else is not known."""
    return int(text) if text.isdigit() else None


def is_amount(text: str) -> bool:
    """Whether a cell states a number, or nothing at all: blank, a placeholder, or the -1 of those who do not know."""
    words = ["", "null", "none", "n/a", "na", "nan", "-", "--", "?", "unknown", "not available", "xxx", "-1"]
    return read_number(text) is not None or text.strip().lower() in words


def read_readings(line: Line, log: dict[str, Any]) -> tuple[list[datetime], str] | None:
    """The instants an event may have begun at: stamp, minus its duration if it is an end, minus the skew (D1)."""
    columns = log["columns"]
    stamp = read_stamp(line.text(columns.get("end_time", columns.get("time"))), log.get("zone", "UTC"))
    if stamp is None:
        return None
    back = read_length(log.get("clock_skew", "0s"))
    if "end_time" in columns:
        back += read_duration(line.text(columns.get("duration")), log.get("duration_unit", "s"))
    return [reading - back for reading in stamp[0]], stamp[1]


def identity_of(name: str, line: Line, columns: dict[str, str]) -> tuple[Any, ...]:
    """What makes two lines the same event (D3)."""
    event_id = line.text(columns.get("event_id"))
    if event_id:
        return (
            name,
            event_id,
            tuple(line.cells.get(column) or "" for ours, column in columns.items() if ours != "delivered"),
        )
    return (name, tuple(sorted((column, cell) for column, cell in line.cells.items() if cell)))


def read_event(name: str, line: Line, log: dict[str, Any]) -> Event | None:
    """One line as an event in our words; None if its time cannot be read."""
    readings = read_readings(line, log)
    if readings is None:
        return None
    attributes = {ours: line.text(theirs) for ours, theirs in log["columns"].items()}
    words = log.get("words", {})
    event = Event(name, line.file, line.number, readings[0], readings[1], attributes)
    if "action" in attributes:  # a log without an action column shows views
        event.action = read_action(attributes["action"], words.get("action", {}))
    event.outcome = read_outcome(attributes.get("outcome", ""), attributes.get("status", ""), words.get("outcome", {}))
    event.row_count = read_number(attributes.get("rows", ""))
    if event.row_count is not None and event.row_count >= log.get("row_limit", event.row_count + 1):
        event.row_count = None  # "at least" that many
    event.byte_count = read_number(attributes.get("bytes", ""))
    event.reasons = event_reasons(event)
    delivered = read_stamp(attributes.get("delivered", ""), log.get("zone", "UTC"))
    event.delivered = min(delivered[0]) if delivered else None
    return event


def event_reasons(event: Event) -> set[str]:
    """What makes everything about an event inexact, whatever it reached (sections 4 and 7)."""
    reasons = set()
    if event.action == "unknown":
        reasons.add("unknown_action")
    if event.outcome == "unknown":
        reasons.add("unknown_outcome")
    if event.outcome == "aborted":
        reasons.add("aborted")
    if is_part(event):
        reasons.add("partial_content")
    return reasons


def delivered_nothing(event: Event) -> bool:
    """Zero rows, or no row count and zero bytes (section 4, D5)."""
    return event.row_count == 0 or (event.row_count is None and event.byte_count == 0)


def read_logs(incident: dict[str, Any], inputs: Inputs) -> tuple[list[Event], list[dict[str, Any]], int]:
    """All distinct events, the rejected lines, and how many lines delivered an event again (D3, law 1)."""
    events: dict[tuple[Any, ...], Event] = {}
    rejects: list[dict[str, Any]] = []
    again = 0
    for name, log in incident["logs"].items():
        for line in sorted(inputs.logs[name].lines, key=lambda one: (one.file, one.number)):
            event = read_event(name, line, log)
            identity = identity_of(name, line, log["columns"])
            if event is None:
                place = {"source_kind": "log", "source": name, "file": line.file, "line": line.number}
                rejects.append(place | {"reason": "time cannot be read"})
            elif identity in events:
                again += 1
                known = events[identity]
                known.delivered = min([one for one in (known.delivered, event.delivered) if one], default=None)
            else:
                events[identity] = event
    return list(events.values()), rejects, again
