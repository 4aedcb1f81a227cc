"""What a sample of a log is: its files, how the incident file names it, and who was read in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVE, ANN = "203.0.113.7", "198.51.100.9"
"""The intruder's address, and that of somebody who works here."""
ALL, MAIL = ("email", "name", "phone"), ("email",)
VIEWED, EXPORTED = "viewed", "exported"
Seen = tuple[str, str, tuple[str, ...]]
"""Grade, access and the columns that were delivered."""


def sure(access: str = VIEWED, columns: tuple[str, ...] = ALL) -> Seen:
    return ("confirmed", access, columns)


def upper(access: str = VIEWED, columns: tuple[str, ...] = ALL) -> Seen:
    return ("likely", access, columns)


@dataclass(frozen=True, slots=True)
class Sample:
    """A log: in each, Ann reads record 2, and Eve is kept from, or only lists, record 3."""

    name: str
    files: dict[str, str | bytes]
    seen: dict[str, Seen]
    """Record → what Eve was given of it."""
    log: dict[str, Any] = field(default_factory=dict)
    routes: list[dict[str, Any]] = field(default_factory=list)
    rejects: int = 0
