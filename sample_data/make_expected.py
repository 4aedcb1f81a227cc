"""Write `expected/`: what the run must answer, told from the story and never from the pipeline.

The story is short: `READS` lists, one by one and with the true instants worked out by hand, what the intruder got to
see. Nothing here parses a log, a zone, a route or a selector, and who is one person is told by `Row.who`. It imports
nothing of the pipeline.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass
class Row:
    """One record: its key, whose it is as far as the evidence can show, and its cells."""

    dataset: str
    key: str
    who: str
    cells: dict[str, str]


class Event(NamedTuple):
    """One logged event and the verdict it must get."""

    log: str
    verdict: str


class Reject(NamedTuple):
    """One line nobody can read; its number counts from 1, the header included."""

    source_kind: str
    source: str
    file: str
    line: int


class Read(NamedTuple):
    """One thing the intruder may have seen: which records, which columns, how surely."""

    event: str
    dataset: str
    is_reached: Callable[[Row], bool]
    columns: str  # blank: all
    grade: str
    reason: str
    access: str
    first_at: str
    last_at: str


class Finding(NamedTuple):
    """One field of one record as one read showed it."""

    read: Read
    row: Row
    subject: str
    field: str
    state: str


GRADES = ["confirmed", "likely", "possible"]
STATES = ["clear", "encrypted_key_exposed", "partial", "hashed", "tokenised", "encrypted", "masked"]
ACCESSES = ["exported", "viewed", "unknown"]
PAYMENT_FIELDS = {"card_number", "card_expiry"}
NOTHING = {"", "-", "--", "n/a", "not given"}
GAP = ("2025-11-03T03:30:00Z", "2025-11-03T09:00:00Z")
KEY_READ_AT = "2025-11-03T02:45:30Z"
CONTROLLERS = {
    "Tarn & Thistle": "Northmere Retail Group",
    "Fennel Lane": "Northmere Retail Group",
    "Bellwick Stays": "Bellwick Hotels",
    "Calderbrook Card": "Calderbrook Bank",
    "Maplewell Pharmacy": "Maplewell Health",
    "Quiet Mornings": "Maplewell Health",
    "Pindlebury Pantry": "Pindlebury Foods",
    "Little Larder": "Pindlebury Foods",
}
BRANDS = {
    "crm_bellwick": "Bellwick Stays",
    "list_tarn": "Tarn & Thistle",
    "list_fennel": "Fennel Lane",
    "list_juniper": "Juniper Club",
    "list_maplewell": "Maplewell Pharmacy",
    "list_quiet_mornings": "Quiet Mornings",
    "list_calderbrook": "Calderbrook Card",
}
FIELDS = {
    "birth_date": "date_of_birth", "street": "postal_address", "password_hash": "password", "guest_name": "full_name",
    "card_masked": "card_number", "mail_status": "subscription", "health_topic": "health", "buyer": "full_name",
    "card": "card_number", "gift_to": "full_name", "gift_street": "postal_address",
}  # fmt: skip
PLAIN = ["first_name", "last_name", "email", "phone", "postcode", "city", "card_expiry"]


def everybody(_row: Row) -> bool:
    """A whole list."""
    return True


def europe(row: Row) -> bool:
    """The members a page filtered to EU shows, whatever the case and blanks around."""
    return row.cells["region"].strip().upper() == "EU"


def keys(*wanted: str, shop: str = "") -> Callable[[Row], bool]:
    """Records named one by one; of one that changed its shop, the version of that shop."""
    return lambda row: row.key in wanted and shop in ("", row.cells.get("shop"))


def on_fennel(row: Row) -> bool:
    """Fennel Lane's list as the export saw it: stamped 03:31:30 by a clock 90 s fast."""
    return lives(row, "2025-11-02T03:30:00Z")


def lives(row: Row, at: str, *, start: str = "joined_at", end: str = "left_at") -> bool:
    """Whether a record of a live list with UTC stamps existed at an instant: start <= at < end."""
    return row.cells[start] <= at and (not row.cells[end] or at < row.cells[end]) and row.who != "backwards"


def pantry(count: int) -> Callable[[Row], bool]:
    """Who was on Pindlebury Pantry's list at `count` of the two 01:30 of 2 November: 05:30 UTC and again 06:30 UTC."""
    instants = ("2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z")
    return lambda row: row.cells["brand"] == "Pindlebury Pantry" and sum(lives(row, at) for at in instants) == count


def in_gap(row: Row) -> bool:
    """A guest whose record existed at some time while the log of Bellwick's CRM was deleted."""
    return row.cells["first_seen"] < GAP[1] and (not row.cells["purged_at"] or row.cells["purged_at"] > GAP[0])


def _sure(event: str, dataset: str, reached: Callable[[Row], bool], columns: str, access: str, at: str) -> Read:
    return Read(event, dataset, reached, columns, "confirmed", "exact_reach", access, at, at)


READS = [
    # The Juniper Club page for Europe, opened, and opened again four seconds later: 21:20 in New York is 01:20 UTC.
    _sure("juniper", "list_juniper", europe, "first_name email", "viewed", "2025-11-02T01:20:00Z"),
    _sure("juniper again", "list_juniper", europe, "first_name email", "viewed", "2025-11-02T01:20:04Z"),
    # Fennel Lane's list through the API, and one member in the window's last minute.
    _sure("fennel", "list_fennel", on_fennel, "", "exported", "2025-11-02T03:30:00Z"),
    _sure("last minute", "list_fennel", keys("FL-0950"), "", "viewed", "2025-11-04T04:59:15Z"),
    # Maplewell's list broke off after 12 rows, nobody knows which; three members were then looked up singly.
    Read("maplewell", "list_maplewell", everybody, "email first_name", "likely", "aborted", "exported",
         "2025-11-02T04:00:00Z", "2025-11-02T04:00:00Z"),
    _sure("lookup", "list_maplewell", keys("MW-0901"), "last_name health_topic", "viewed", "2025-11-02T04:05:00Z"),
    _sure("batch", "list_maplewell", keys("MW-0902", "MW-0903"), "", "viewed", "2025-11-02T21:00:00Z"),
    # Pindlebury Pantry in the hour that happened twice; one person by a script, one through the backup's login.
    _sure("pantry", "list_pindlebury", pantry(2), "", "exported", ""),
    Read("pantry", "list_pindlebury", pantry(1), "", "likely", "ambiguous_time", "exported", "", ""),
    _sure("script", "list_pindlebury", keys("PL-0941"), "", "viewed", "2025-11-02T23:05:00Z"),
    _sure("backup login", "list_pindlebury", keys("PL-0942"), "", "viewed", "2025-11-02T08:58:30Z"),
    _sure("city", "list_pindlebury", keys("PL-0931", "PL-0932"), "email", "viewed", "2025-11-03T02:00:00Z"),
    # Quiet Mornings showed first names; being on it is the secret.
    _sure("quiet", "list_quiet_mornings", everybody, "first_name +health", "viewed", "2025-11-03T03:40:10Z"),
    # The object store: the newsletter's file twice, the archive once.
    _sure("tarn", "list_tarn", everybody, "", "exported", "2025-11-03T01:15:00Z"),
    _sure("tarn again", "list_tarn", everybody, "", "exported", "2025-11-03T01:15:09Z"),
    _sure("archive", "archive_2019", everybody, "", "exported", "2025-11-03T01:20:00Z"),
    # Northmere's CRM: five customers looked up (one second each, stamped at the end), one search of ten minutes.
    _sure("first", "crm_northmere", keys("NM-0920"), "", "viewed", "2025-11-03T02:19:59Z"),
    _sure("second", "crm_northmere", keys("NM-0921", shop="Fennel Lane"), "", "viewed", "2025-11-03T02:20:59Z"),
    _sure("third", "crm_northmere", keys("NM-0923"), "", "viewed", "2025-11-03T02:21:59Z"),
    _sure("fourth", "crm_northmere", keys("NM-0970"), "", "viewed", "2025-11-03T02:22:59Z"),
    _sure("fifth", "crm_northmere", keys("NM-0971"), "", "viewed", "2025-11-03T02:23:59Z"),
    _sure("search", "crm_northmere", keys("NM-0911", "NM-0913"), "first_name last_name email phone", "viewed",
          "2025-11-03T03:00:00Z"),
    # Bellwick's CRM: no read is shown, but its only log was deleted for a while.
    Read("", "crm_bellwick", in_gap, "", "possible", "log_gap", "unknown", *GAP),
]  # fmt: skip


def owner_of(row: Row) -> tuple[str, str]:
    """Return a record's brand and controller."""
    brand = BRANDS.get(row.dataset) or row.cells.get("shop") or row.cells.get("brand") or "unknown"
    return brand, row.cells.get("operator") or CONTROLLERS.get(brand, brand)


def who_of(row: Row, subject: str) -> str:
    """Return the human: nothing ties the person a gift went to with anybody."""
    return row.who if subject == "customer" else f"{row.key} {subject}"


def state_of(row: Row, column: str) -> str:
    """Return how a value was stored; the archive's key was read, so what it locked is open."""
    if column == "card":
        return "masked" if row.cells["card_state"] == "masked" else "encrypted_key_exposed"
    return {"card_masked": "masked", "password_hash": "hashed"}.get(column, "clear")


def show(read: Read, row: Row) -> Iterator[Finding]:
    """Yield the fields with a value that one read showed of one record."""
    for column in read.columns.split() or row.cells:
        if column.startswith("+"):
            yield Finding(read, row, "customer", column[1:], "clear")
            continue
        value, field = row.cells[column].strip(), FIELDS.get(column, column)
        if (column not in FIELDS and column not in PLAIN) or value.lower() in NOTHING:
            continue
        subject = "recipient" if column.startswith("gift") else "customer"
        state = state_of(row, column)
        opened = read._replace(first_at=KEY_READ_AT, last_at=KEY_READ_AT) if state == "encrypted_key_exposed" else read
        yield Finding(opened, row, subject, field, state)


def find_all(rows: dict[str, list[Row]]) -> list[Finding]:
    """Return every finding that counts: people of whom only masked values were seen are not affected."""
    found = [
        finding for read in READS for row in rows[read.dataset] if read.is_reached(row) for finding in show(read, row)
    ]
    unmasked = {(who_of(f.row, f.subject), owner_of(f.row)) for f in found if f.state != "masked"}
    return [f for f in found if (who_of(f.row, f.subject), owner_of(f.row)) in unmasked]


def best(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings of the best grade among them."""
    findings = list(findings)
    grade = min((f.read.grade for f in findings), key=GRADES.index)
    return [f for f in findings if f.read.grade == grade]


def sum_up(findings: list[Finding]) -> dict[str, str]:
    """Return what one row says of its findings: grade, fields, access, instants, events."""
    states: dict[str, tuple[str, str]] = {}
    for field in sorted({f.field for f in findings}):
        strongest = best(f for f in findings if f.field == field)
        states[field] = (min((f.state for f in strongest), key=STATES.index), strongest[0].read.grade)
    shown = best(findings)
    paid = any(field in PAYMENT_FIELDS and state != "masked" for field, (state, _) in states.items())
    readable = [field for field, (state, _) in states.items() if state in ("clear", "encrypted_key_exposed", "partial")]
    return {
        "grade": shown[0].read.grade,
        "is_mixed_grade": str(len({grade for _, grade in states.values()}) > 1).lower(),
        "grade_reason": min(f.read.reason for f in shown),
        "access": min((f.read.access for f in shown), key=ACCESSES.index),
        "event_count": str(len({f.read.event for f in shown if f.read.event})),
        "fields": ";".join(readable),
        "protected_fields": ";".join(field for field in states if field not in readable),
        "first_exposed_at": min(f.read.first_at for f in shown),
        "last_exposed_at": max(f.read.last_at for f in shown) if all(f.read.first_at for f in shown) else "",
        "has_payment_data": str(paid).lower(),
    }


def write_table(path: Path, lines: list[dict[str, str]]) -> None:
    """Write one expected table, sorted."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(lines, key=lambda line: list(line.values())))


def write_expected(folder: Path, rows: dict[str, list[Row]], events: list[Event], rejects: list[Reject]) -> None:
    """Write the expected tables; the hand-written ones (traps, questions, coverage, unresolved) are left alone."""
    found = find_all(rows)
    known = {row.who for dataset in ("crm_northmere", "crm_bellwick") for row in rows[dataset]}
    records: dict[tuple[str, str, str, str, str], list[Finding]] = defaultdict(list)
    people: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in found:
        brand, controller = owner_of(finding.row)
        people[brand, controller, who_of(finding.row, finding.subject)].append(finding)
        records[finding.row.dataset, finding.row.key, finding.subject, brand, controller].append(finding)

    exposures: list[dict[str, str]] = []
    for (brand, controller, who), findings in people.items():
        dataset, key, subject = min((f.row.dataset, f.row.key, f.subject) for f in findings)
        place = {"brand": brand, "controller": controller, "dataset": dataset, "record_key": key, "subject": subject}
        count = len({(f.row.dataset, f.row.key, f.subject) for f in findings})
        rest = {"record_count": str(count), "has_crm_record": str(who in known).lower()}
        exposures.append(place | sum_up(findings) | rest)
    names = ["dataset", "record_key", "subject", "brand", "controller"]
    exposed = [dict(zip(names, place, strict=True)) | sum_up(findings) for place, findings in records.items()]
    for line in exposed:
        del line["has_payment_data"]

    write_table(folder / "exposures.csv", exposures)
    write_table(folder / "exposed_records.csv", exposed)
    write_table(folder / "rejects.csv", [reject._asdict() | {"line": str(reject.line)} for reject in rejects])
    counts = Counter((line["brand"], line["controller"], line["grade"]) for line in exposures)
    write_table(
        folder / "exposure_counts.csv",
        [{"brand": b, "controller": c, "grade": g, "exposure_count": str(n)} for (b, c, g), n in counts.items()],
    )
    verdicts = Counter(event.verdict for event in events)
    write_table(folder / "verdicts.csv", [{"verdict": v, "event_count": str(n)} for v, n in verdicts.items()])
    totals = {
        "people": len({who for _, _, who in people}),
        "exposures": len(exposures),
        "exposed_records": len(exposed),
        "events": len(events),
        "records": sum(len(r) for r in rows.values()) - 1,
        "brands": len({(line["brand"], line["controller"]) for line in exposures}),
    }
    write_table(folder / "totals.csv", [{"what": what, "count": str(count)} for what, count in totals.items()])
