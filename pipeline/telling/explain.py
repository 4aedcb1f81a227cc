"""What `scope explain` tells: the brands, what was exposed under each, and for each record the lines that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.reasons import COVERAGE, LINKS, REACHES
from pipeline.telling.parts import Part, counted, heading, indented, line

Facts = Mapping[str, Any]

UNSEEN = {"log_gap": "nobody saw it: a gap", "unlogged_copy": "nobody saw it: an unlogged copy"}


def tell_explanation(found: Facts) -> list[Part]:
    """Draw the story of each person that was found."""
    parts: list[Part] = []
    people = found["people"]
    if len(people) > 1:
        parts.append(line(f"{counted(len(people) + len(found['more']), 'person', 'people')} share that.", "bold"))
    for person in people:
        parts += [line(""), *_person(person, found["run"])] if parts else _person(person, found["run"])
    if found["more"]:
        parts += [heading("Not told here; ask for each by its id"), *(line(f"  {one}") for one in found["more"])]
    return parts


def instant(value: datetime | str) -> str:
    """Write an instant in UTC."""
    return value if isinstance(value, str) else value.replace(tzinfo=None).isoformat() + "Z"


def _person(person: Facts, run: str) -> list[Part]:
    brands = counted(person["brand_count"], "brand", "brands")
    records = counted(person["record_count"], "record", "records")
    points = counted(person["contact_count"], "contact point", "contact points")
    about = f"{brands}, {records}, {points} known. Run {run}."
    return [
        line(f"{person['person_id']} IS ON THE LIST: {person['grade']}.", "bold"),
        line(about),
        *(part for brand in person["brands"] for part in _brand(brand)),
    ]


def _brand(brand: Facts) -> list[Part]:
    mixed = " Not every field is as sure." if brand["is_mixed_grade"] else ""
    span = _span(brand["first_exposed_at"], brand["last_exposed_at"])
    events = counted(brand["event_count"], "event", "events")
    told = f"{brand['grade']}, {brand['access']}, {events}, {span}: {brand['why']}.{mixed}"
    return [
        heading(f"{brand['brand']}  ({brand['controller']})"),
        indented(line(told), *(_field(field) for field in brand["fields"])),
        *(part for record in brand["records"] for part in _record(record)),
    ]


def _field(field: Facts) -> Part:
    return line(f"- {field['label']}: {field['state'].replace('_', ' ')}, {field['grade']}")


def _record(record: Facts) -> list[Part]:
    subject = "" if record["subject"] == "customer" else f", its {record['subject']}"
    name = f"Record {record['record_key']} of {record['dataset']}{subject}: {record['grade']}"
    shown = [part for one in record["evidence"] for part in _evidence(one)]
    opened = [line(f"its key was read: {_place(one)}, {instant(one['occurred_at'])}") for one in record["key_reads"]]
    return [line(""), indented(line(name, "bold"), *_links(record["links"]), *opened, *shown)]


def _links(links: Sequence[Facts]) -> list[Part]:
    tied = [_basis(one) for one in links if not one["is_blocked"]]
    blocked = [_basis(one) for one in links if one["is_blocked"]]
    parts = [line(f"whose it is: {'; '.join(tied)}")] if tied else []
    if blocked:
        why = "the names or birth dates contradict, or too little is known"
        parts.append(line(f"not joined to another record in spite of {'; '.join(blocked)}: {why}"))
    return parts


def _basis(link: Facts) -> str:
    return LINKS.get(link["link_basis"], str(link["link_basis"]))


def _evidence(one: Facts) -> list[Part]:
    columns = ", ".join(_column(column) for column in one["columns"])
    event = one["event"]
    if event:
        reach = REACHES.get(event["reach_kind"], "it")
        doubt = "" if event["time_reading"] == "exact" else f" (stamp is {event['time_reading']})"
        told = f"{_place(event)}: {instant(one['first_exposed_at'])}{doubt}, {one['access']}, read {reach}"
    else:
        unseen = UNSEEN.get(one["grade_reason"], "captured as it passed")
        told = f"{unseen}, {_span(one['first_exposed_at'], one['last_exposed_at'])}"
    gaps = [line(_gap(gap)) for gap in one["gaps"]]
    return [
        line(told),
        indented(*gaps, line(f"columns: {columns}"), line(f"{one['grade']}: {one['why']} [{one['rule']}]")),
    ]


def _gap(gap: Facts) -> str:
    return f"{gap['log']} is {COVERAGE.get(gap['status'], gap['status'])}, {_span(gap['from_at'], gap['until_at'])}"


def _column(column: Facts) -> str:
    state = "" if column["state"] == "clear" else f", {column['state']}"
    return f"{column['column'] or 'being on the list'} ({column['label']}{state})"


def _place(event: Facts) -> str:
    return f"{event['file']}:{event['line']}"


def _span(first: datetime | str, last: datetime | str) -> str:
    return instant(first) if first == last else f"{instant(first)} to {instant(last)}"
