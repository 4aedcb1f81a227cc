"""What `scope why-not` tells: where the inputs hold somebody, what came near, what kept it out, what is unproven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.asked_for import KINDS
from pipeline.reasons import SET_ASIDE
from pipeline.telling.explain import instant
from pipeline.telling.parts import Part, counted, indented, line

Facts = Mapping[str, Any]

VERDICTS = {
    "on_the_list": "is on the list; scope explain tells why",
    "nothing_to_expose": "was read or may have been, and exposes nothing",
    "cannot_be_proven": "is not on the list, and that cannot be proven",
    "ruled_out": "is not on the list, and complete logs show no read of it in the window",
}


def tell_why_not(found: Facts) -> list[Part]:
    """Draw the verdict, then each record that holds the person."""
    records = found["records"]
    start, end = found["window"]
    parts: list[Part] = [line(_headline(records, found), "bold")]
    parts.append(line(f"Run {found['run']}, window from {start} to before {end} (UTC)."))
    if found["changed_inputs"]:
        names = ", ".join(found["changed_inputs"])
        parts.append(line(f"Not as when the run was made, so the answer is about today's inputs: {names}.", "yellow"))
    parts += [line(text, "yellow") for text in _unasked(found)] if not found["person_ids"] else []
    for record in records:
        parts += [line(""), line(_name(record), "bold"), indented(*_record(record))]
    return parts


def _headline(records: list[Facts], found: Facts) -> str:
    if found["person_ids"]:
        return f"ON THE LIST, as {' and '.join(found['person_ids'])}. scope explain tells why."
    if not records:
        return _nothing_found(found)
    verdicts = {record["verdict"] for record in records}
    if "on_the_list" in verdicts:
        others = len([record for record in records if record["verdict"] != "on_the_list"])
        more = (
            f" {counted(others, 'other record', 'other records')} of theirs, or sharing that: see below."
            if others
            else ""
        )
        return f"ON THE LIST. scope explain tells why.{more}"
    if "cannot_be_proven" in verdicts:
        return "NOT ON THE LIST, AND NOT RULED OUT: the logs cannot show all."
    if "ruled_out" not in verdicts:
        return "NOT ON THE LIST: what was read of it, or may have been, exposes nothing."
    return "NOT ON THE LIST: RULED OUT for the window, as far as selectors, mappings and logs are right."


def _nothing_found(found: Facts) -> str:
    is_sure = not (found["unread_numbers"] or found["unread_lines"])
    begin = "NO RECORD FOUND" if is_sure else "NO RECORD FOUND, BUT NOT ALL COULD BE READ"
    asked = ", ".join(found["asked_datasets"])
    if found["read_as"] == "key":
        return (
            f"{begin}: {asked} holds no record of that very key. Under another key, or in another store, they may be."
        )
    kind = KINDS[found["read_as"]]
    told = f"It was read as {kind}, and none written so is in {asked}"
    return f"{begin}. {told}. Another store may hold them, or another spelling."


def _unasked(found: Facts) -> list[str]:
    """Say what of the inputs could not be asked: silence about it would be taken for an answer."""
    told = []
    if found["other_datasets"]:
        kind = KINDS[found["read_as"]]
        told.append(f"Not asked, for no column of theirs holds {kind} in clear: {', '.join(found['other_datasets'])}.")
    for name, count in found["unread_numbers"].items():
        numbers = counted(count, "telephone number ends", "telephone numbers end")
        told.append(f"{name}: {numbers} alike and cannot be read without a country; write identity.phone_region.")
    for name, count in found["unread_lines"].items():
        told.append(f"{name}: {counted(count, 'line', 'lines')} could not be read; see the table rejects.")
    return told


def _name(record: Facts) -> str:
    key = f" {record['record_key']}" if record["record_key"] is not None else ""
    listed = f" ({', '.join(record['person_ids'])})" if record["person_ids"] else ""
    place = f"{record['file']}:{record['line']}"
    return f"Record{key} of {record['dataset']} ({place}) {VERDICTS[record['verdict']]}{listed}."


def _record(record: Facts) -> list[Part]:
    parts = [line(_life(life)) for life in record["lives"] if life["from_at"] or life["until_at"]]
    if record["set_aside"]:
        is_seen = any(near["verdict"] == "reached" for near in record["events"])
        why = SET_ASIDE.get(record["set_aside"], record["set_aside"])
        parts.append(line(f"It was {'' if is_seen else 'possibly '}reached, but {why}."))
    for near in record["events"]:
        places = ", ".join(f"{one['file']}:{one['line']} ({instant(one['occurred_at'])})" for one in near["places"])
        more = f" and {near['count'] - len(near['places'])} more" if near["count"] > len(near["places"]) else ""
        events = counted(near["count"], "event", "events")
        parts.append(line(f"{events} came near: {near['why']}. {places}{more} [{near['rule']}]"))
    if not record["events"]:
        parts.append(line("No event named it, read it by a filter or read the whole dataset."))
    if record["other_read_count"]:
        reads = counted(record["other_read_count"], "read", "reads")
        parts.append(line(f"{reads} of the intruder's named other records of this dataset."))
    return [*parts, *_coverage(record)]


def _life(life: Facts) -> str:
    start = f"from {instant(life['from_at'])}" if life["from_at"] else "from its beginning"
    end = f"until {instant(life['until_at'])}" if life["until_at"] else "to this day"
    return f"It existed {start} {end}."


def _coverage(record: Facts) -> list[Part]:
    if not record["logs"]:
        return [line("No log shows reads of this dataset: nothing can be proven about it.")]
    logs = ", ".join(record["logs"])
    told = [
        line(f"{_span(piece)}: {MISSING[piece['status']]}" + ("." if piece["existed"] else "; it did not exist then."))
        for piece in record["coverage"]
        if piece["status"] != "complete"
    ]
    if not told:
        return [line(f"Reads of it would be shown by {logs}: complete over the whole window.")]
    return [line(f"Reads of it would be shown by {logs}: complete over the window but for"), indented(*told)]


MISSING = {
    "gap": "missing, so a read then is possible and would be seen nowhere",
    "undeclared": "not known to be complete, so no proof",
}


def _span(piece: Facts) -> str:
    return f"{instant(piece['from_at'])} to {instant(piece['until_at'])}"
