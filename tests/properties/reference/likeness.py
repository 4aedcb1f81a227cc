"""Do two names, two birth dates, two people fit each other (semantics, section 8; D21 d)."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

PARTICLES = {
    "van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "al", "el",
    "ter", "ten", "zu", "zum", "zur", "af", "av",
}  # fmt: skip


@dataclass
class Who:
    """What all versions of one node say about who it is."""

    given: str | None = None
    family: str | None = None
    generation: str | None = None
    birth: str | None = None
    postcode: str | None = None
    address: str | None = None
    city: str | None = None
    is_unsure: bool = False
    values: set[tuple[str, str]] = field(default_factory=set)  # (kind, matching form) of identifiers
    owned: set[tuple[str, str, str]] = field(default_factory=set)  # the same, with the form within its owner


@dataclass(frozen=True)
class Established:
    """Names that several families, or several given names, have."""

    given: frozenset[str]
    family: frozenset[str]


@cache
def short_forms() -> set[tuple[str, str]]:
    """(name, short form) of the list of nicknames."""
    text = (files("nicknames") / "names.csv").read_text(encoding="utf-8")
    return {(row["name1"], row["name2"]) for row in csv.DictReader(text.splitlines())}


@cache
def listed() -> set[str]:
    """Names of the list of nicknames, and of the pipeline's own list."""
    own = Path(__file__).parents[3] / "pipeline" / "identity" / "given_names.txt"
    return {name for pair in short_forms() for name in pair} | set(own.read_text(encoding="ascii").split())


def distance(one: str, other: str) -> int:
    """How many letters must be added, dropped, changed or exchanged with their neighbour."""
    rows = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def is_slip(one: str, other: str) -> bool:
    """One slip from five letters on, two from eight on."""
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 5 else 1 if shorter < 8 else 2
    only_letters = (one + other).replace(" ", "").isalpha()
    return bool(allowed) and only_letters and distance(one, other) <= allowed


def is_near(one: str, other: str) -> bool:
    """One slip, from three letters on, but not between two of three."""
    lengths = {len(one), len(other)}
    return min(lengths) >= 3 and max(lengths) > 3 and (one + other).isalpha() and distance(one, other) == 1


@cache
def one_slip_away(name: str, established: frozenset[str]) -> set[str]:
    """The names one slip from a spelling."""
    return {other for other in listed() | established if abs(len(name) - len(other)) < 2 and distance(name, other) == 1}


def are_misspelt(one: str, other: str, established: frozenset[str]) -> bool:
    """A slip, unless both are names; of what is no name beside a name, less is asked, or it is the name's beginning."""
    no_names = [name for name in (one, other) if name not in established and name not in listed()]
    if len(no_names) == 2:
        is_twice = min(len(one), len(other)) > 3 and distance(one, other) <= 2
        return is_slip(one, other) or (
            is_twice and bool(one_slip_away(one, established) & one_slip_away(other, established))
        )
    if len(no_names) == 1:
        (name,) = {one, other} - set(no_names)
        return is_slip(one, other) or is_near(one, other) or name.startswith(no_names[0])
    return False


def words_fit(one: str, other: str, established: frozenset[str]) -> bool:
    """Equal, an initial, a short form, or a slip of the pen."""
    if one == other or (1 in (len(one), len(other)) and one[0] == other[0]):
        return True
    if 1 in (len(one), len(other)):
        return False
    if (one, other) in short_forms() or (other, one) in short_forms():
        return True
    return are_misspelt(one, other, established)


def given_fit(one: str | None, other: str | None, established: Established) -> bool | None:
    """None where one is missing."""
    if not one or not other:
        return None
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    pairs = zip(one.split(), other.split(), strict=False)
    if all(words_fit(a, b, established.given) for a, b in pairs):
        return True
    is_split = (" " in one) != (" " in other)
    return is_split and words_fit(one.replace(" ", ""), other.replace(" ", ""), established.given)


def family_fit(one: str | None, other: str | None, established: Established) -> bool | None:
    """None where one is missing."""
    if not one or not other:
        return None
    words, others = (set(name.split()) - PARTICLES or set(name.split()) for name in (one, other))
    if words <= others or others <= words or one.replace(" ", "") == other.replace(" ", ""):
        return True
    both_are_names = one in established.family and other in established.family
    return not both_are_names and (is_slip(one, other) or is_near(one, other))


def are_swapped(one: Who, other: Who) -> bool:
    """Given and family name in the other order, but for a slip in one of them."""
    if not (one.given and one.family and other.given and other.family) or 1 in (len(one.given), len(other.given)):
        return False
    first, second = one.given == other.family, one.family == other.given
    if first and second:
        return True
    return (first and any(slip(one.family, other.given) for slip in (is_slip, is_near))) or (
        second and any(slip(one.given, other.family) for slip in (is_slip, is_near))
    )


def names_fit(one: Who, other: Who, established: Established) -> tuple[bool | None, bool | None]:
    """Given and family name."""
    fit = given_fit(one.given, other.given, established), family_fit(one.family, other.family, established)
    return (True, True) if False in fit and are_swapped(one, other) else fit


def dates_fit(one: str | None, other: str | None) -> bool | None:
    """Equal, or one date mistyped: True; None where one is missing. Ten years apart only by the century."""
    if not one or not other:
        return None
    if abs(int(one[:4]) - int(other[:4])) >= 10:
        return abs(int(one[:4]) - int(other[:4])) == 100 and one[4:] == other[4:]
    if one[:4] == other[:4] and {"01-01"} & {one[5:], other[5:]}:
        return True
    is_turned = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return is_turned or distance(one.replace("-", ""), other.replace("-", "")) <= 1


def contradict(one: Who, other: Who, established: Established) -> bool:
    """Two first names, two birth dates or two generations; a mistyped date counts only under other names."""
    given, family = names_fit(one, other, established)
    is_other_day = bool(one.birth and other.birth and one.birth != other.birth)
    if is_other_day and given and family is not False and dates_fit(one.birth, other.birth):
        is_other_day = False
    is_other_generation = bool(one.generation and other.generation and one.generation != other.generation)
    return given is False or is_other_day or is_other_generation
