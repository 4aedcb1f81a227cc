"""The words of the reference: plain containers and the orders between words (semantics, sections 1, 6 and 7).

Nothing here decides anything. Instants are naive datetimes that mean UTC.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

ALWAYS_FROM = datetime(1, 1, 1)
ALWAYS_TO = datetime(9999, 12, 31)

GRADES = ["confirmed", "likely", "possible"]  # best first (section 7)
ACCESSES = ["exported", "viewed", "unknown"]  # strongest first (section 7, D18)
REACH_KINDS = ["whole", "range", "page", "column", "key"]  # least exact first (section 5)
# most readable first (section 6)
STATES = ["clear", "encrypted_key_exposed", "partial", "hashed", "tokenised", "encrypted", "masked"]
READABLE = {"clear", "encrypted_key_exposed", "partial"}  # D15
PAYMENT_FIELDS = {"card_number", "card_expiry", "card_security_code", "card_magnetic_stripe", "bank_account", "iban"}

VERDICTS = [
    "outside_window", "trusted", "unattributed", "not_a_read", "denied", "failed", "redirected", "not_modified",
    "no_content", "nothing_delivered", "unclaimed", "not_the_resource", "key_read", "reached_nobody", "reached",
]  # fmt: skip
NOT_CONSIDERED = {"outside_window", "trusted", "unattributed"}


@dataclass(frozen=True)
class Line:
    """One data line of an input file; a missing cell and a blank one are the same."""

    file: str
    number: int
    cells: dict[str, str | None]

    def text(self, column: str | None) -> str:
        """The cell's text without surrounding blanks; '' where there is none."""
        return (self.cells.get(column) or "").strip() if column else ""


@dataclass
class Source:
    """What the files of one log or dataset hold."""

    columns: list[str]
    lines: list[Line]
    data: bytes | None = None  # the file itself, if there is one only


Node = tuple[str, str, str]  # dataset, record key, subject


@dataclass
class Inputs:
    """Everything beside the incident file."""

    logs: dict[str, Source]
    datasets: dict[str, Source]
    person_key: str = "00" * 32
    decided: list[tuple[str, Node, Node]] = field(default_factory=list)  # same or different, and who


@dataclass(eq=False)
class Record:
    """One version of a record: what one line of a dataset says (section 5)."""

    dataset: str
    key: str
    brand: str
    controller: str
    valid_from: datetime
    valid_to: datetime
    cells: dict[str, str]
    raw: dict[str, str | None]  # the cells as they stand, blanks around them included
    held: dict[str, str]  # mapped column -> state, only where the record holds a value
    residence: str | None
    file: str
    line: int


@dataclass(eq=False)
class Page:
    """One page of a listing (section 5): `limit` None where nobody knows how long it was."""

    offset: int
    limit: int | None
    after: str | None
    is_cut: bool


@dataclass(eq=False)
class Reach:
    """Which records and columns one event delivered by one route (sections 5 and 6)."""

    dataset: str | None
    kind: str | None = None
    keys: list[str] = field(default_factory=list)
    conditions: list[tuple[str, str]] = field(default_factory=list)
    columns: set[str] | None = None  # None: all
    access: str = "viewed"
    reasons: set[str] = field(default_factory=set)
    is_stand_in: bool = False
    is_other_content: bool = False
    unlocks: list[str] = field(default_factory=list)
    page: Page | None = None
    stretch: tuple[int, int] | None = None
    byte_count: int | None = None  # how many bytes of a stored file it is, where that is known

    def with_stretch(self, stretch: tuple[int, int]) -> Reach:
        """The same reach of one stretch of the file."""
        other = copy(self)
        other.stretch = stretch
        return other


@dataclass(eq=False)
class Event:
    """One distinct access event (section 1, D3)."""

    log: str
    file: str
    line: int
    readings: list[datetime]
    time_reading: str
    attributes: dict[str, str]  # every attribute the log maps, '' where blank
    action: str = "view"
    outcome: str = "succeeded"
    delivered: datetime | None = None  # when its first delivery came, if the log says so
    row_count: int | None = None
    byte_count: int | None = None
    reasons: set[str] = field(default_factory=set)
    reaches: list[Reach] = field(default_factory=list)
    is_intruder: bool = False
    is_trusted: bool = False
    attribution: str = ""
    verdict: str = ""
    in_window: list[datetime] = field(default_factory=list)


@dataclass(eq=False)
class Reached:
    """One record version that an event, a gap or a copy reached, and how sure that is (section 7)."""

    record: Record
    columns: set[str] | None
    first_at: datetime
    last_at: datetime
    access: str
    kind: str | None = None
    partial: set[str] = field(default_factory=set)  # columns of which only some bytes arrived
    event: Event | None = None
    reasons: set[str] = field(default_factory=set)
    is_stand_in: bool = False
    grade: str = "possible"
    reason: str = ""


@dataclass(eq=False)
class KeyRead:
    """An event that read the key of an encrypted dataset (section 6, D16)."""

    event: Event
    dataset: str
    at: datetime
    grade: str
    reason: str


@dataclass(eq=False)
class Finding:
    """One field of one subject of one record version within one reach."""

    reached: Reached
    node: Node
    person: str
    field: str
    state: str
    grade: str
    reason: str
    first_at: datetime
    last_at: datetime

    @property
    def row(self) -> tuple[str, str, str]:
        """The row of `exposures` it belongs to: person, brand, controller."""
        return (self.person, self.reached.record.brand, self.reached.record.controller)


def best_grade(grades: list[str]) -> str:
    """The surest of some grades (section 7)."""
    return min(grades, key=GRADES.index)


def weaker_grade(one: str, other: str) -> str:
    """The less sure of two grades (D16)."""
    return max(one, other, key=GRADES.index)


def strongest_access(accesses: list[str]) -> str:
    """Exported before viewed before unknown (section 7)."""
    return min(accesses, key=ACCESSES.index)
