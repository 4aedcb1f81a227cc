"""A column's name, where it stands and what stands beside it → the field it probably holds.

The rules are data: `column_names.csv` lists fields with the phrases that name them, the most telling first, and what
must stand around a phrase that alone could mean anything (`name`, `state`, `code`, `amount`). This room sees names
only, never a value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.onboarding.words import word_list, words_of

# A value that is held in an object of its own: `phone_numbers.value`.
_HOLDERS = ("value", "values", "text", "raw", "item")
# What a name ends with when it tells something about the value instead of holding it.
_ABOUT = re.compile(
    r"\b(check|checked|checks|verified|verification|valid|validated|validity|type|kind|format|provider|domain|client"
    r"|enabled|disabled|sent|opened|clicked|bounced|count|counts|score|template|campaign|label|required|updated"
    r"|created|confirmed|version|currency|length|hash|sha 256|md 5|fingerprint|funding|exists|changed|flag|error"
    r"|status|at|on|by|set via|deleted|deliverable|id|ids|sid|url|uri|link|links|object|reason|mode|visibility|index"
    r"|prefix|suffix|order|source|method|methods|network|brand|wallet|rate|rates|percent|fee|fees|fee amount"
    r"|descriptor|sequence|quota|limit|offset|frequency|preference group name|file name|display order)$"
)
_FLAG = re.compile(r"^(is|has|can|should|was|does|allow|allows|enable|show|hide|use|uses|needs|include|send|receive)\b")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands: the words of its source's name, of the objects around it, and of its neighbours."""

    source: frozenset[str]
    parents: frozenset[str]
    nearest: tuple[str, ...]
    neighbours: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    is_sure: bool
    needs: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The field a column's name speaks for, and whether it says so plainly or only perhaps."""

    field: str
    is_sure: bool


def propose_by_names(source: str, columns: Sequence[str]) -> dict[str, Proposal]:
    """Propose a field for each column whose name and place say so: column → proposal, in the columns' order.

    Columns may be dotted paths. `source` is the file's or table's name.
    """
    source_words = frozenset(words_of(source))
    neighbours = _plain_fields(columns)
    found: dict[str, Proposal] = {}
    for column in columns:
        *parents, last = _path(column)
        spelled = [words_of(parent) for parent in parents]
        place = Place(
            source_words,
            frozenset(word for words in spelled for word in words),
            spelled[-1] if spelled else (),
            neighbours,
        )
        words = words_of(last)
        if spelled and words and words[-1] in _HOLDERS and len(words) == 1:
            words = spelled[-1]
        field = _field_of(words, place)
        if field is not None:
            found[column] = field
    return found


def _path(column: str) -> list[str]:
    """Split a dotted path; a heading such as `Phone No.` is none."""
    parts = column.split(".")
    return parts if all(parts) and " " not in column else [column]


def _plain_fields(columns: Sequence[str]) -> frozenset[str]:
    """Find which fields the columns tell by their own names, without any place: they say what the file is about."""
    texts = [" ".join(words_of(_path(column)[-1])) for column in columns]
    return frozenset(rule.field for rule in _rules() if not rule.needs for text in texts if rule.pattern.search(text))


def _field_of(words: tuple[str, ...], place: Place) -> Proposal | None:
    text = " ".join(words)
    if not text or _FLAG.search(text):
        return None
    for rule in _rules():
        if rule.needs and not _stands(rule.needs, place):
            continue
        if rule.pattern.search(text) and not _is_about(text, rule) and not _is_thing(rule.field, words, place):
            return Proposal(rule.field, rule.is_sure)
    return None


def _is_about(text: str, rule: _Rule) -> bool:
    """Tell whether the name ends in a word about the value that the rule itself does not speak of."""
    ending = _ABOUT.search(text)
    if ending is None:
        return False
    matched = rule.pattern.search(text)
    return matched is None or matched.end() < len(text)


def _is_thing(field: str, words: tuple[str, ...], place: Place) -> bool:
    """Tell a shop's address or a product's name from a person's."""
    if field in ("employer", "postal_address", "city", "postcode", "region", "country", "phone", "geolocation"):
        around = place.parents | frozenset(words)
        return bool(
            place.source & {"location", "locations", "store", "stores", "warehouse", "merchant", "branch"}
        ) and (not around & (word_list("people") - {"account"}))
    return False


def _stands(needs: str, place: Place) -> bool:
    around = place.source | place.parents
    if needs == "person":
        if place.nearest:
            nearest = frozenset(place.nearest)
            return bool(nearest & word_list("people")) and not (nearest & word_list("things")) - {"shipping"}
        return _is_about_people(place)
    if needs == "entity":
        return (
            not place.nearest
            and _is_about_people(place)
            and not place.source & (word_list("payment") | word_list("message"))
        )
    if needs == "address":
        told = {"city", "postcode", "postal_address"} & place.neighbours
        return bool(around & word_list("address")) or (not place.parents and len(told) >= 2)
    if needs == "mailed":
        # Beside a name and an e-mail address, an address is where somebody lives.
        return not place.nearest and _is_about_people(place) and {"email", "first_name"} <= place.neighbours
    if needs == "card":
        return bool(around & {"card", "cards"}) or (
            bool(around & word_list("card")) and "card_expiry" in place.neighbours
        )
    if needs == "party":
        return bool(frozenset(place.nearest) & {"to", "cc", "bcc", "from", "sender", "recipient", "reply"})
    return bool(
        around & {"bank": word_list("bank"), "payment": word_list("payment"), "message": word_list("message")}[needs]
    )


def _is_about_people(place: Place) -> bool:
    """Tell whether a file's rows are people: its name says so, or it holds what only people have."""
    if place.source & word_list("things") and not place.source & word_list("people"):
        return False
    if place.source & word_list("people"):
        return True
    return bool({"first_name", "last_name", "date_of_birth", "email"} & place.neighbours)


@cache
def _rules() -> tuple[_Rule, ...]:
    text = Path(__file__).with_name("column_names.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=",")
    return tuple(
        _Rule(row["field"].rstrip("?"), not row["field"].endswith("?"), row["needs"] or "", re.compile(_whole(row)))
        for row in rows
    )


def _whole(row: dict[str, str]) -> str:
    """A pattern may hold commas; what the reader split off belongs to it."""
    rest = row.get(None) or []  # type: ignore[call-overload]
    return ",".join([row["pattern"], *rest])
