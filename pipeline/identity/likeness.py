"""Are two names, or two birth dates, those of one person? One pair at a time, each distinct pair once.

`agree`, `conflict`, or `unknown` where one is missing (semantics, section 8). Names agree if they are equal word by
word, an initial and its name, a name and its short form (the `nicknames` library's list), or one slip of the pen apart.
What two names differ by is no slip: Martin is not Marvin. Names are those of that list, of `given_names.txt` and those
established in the data. This room knows texts and nothing of people.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from nicknames import NickNamer

Relation = Literal["agree", "unknown", "conflict"]

# Below, one letter changes one name into another (Anna, Anne; Tim, Tom); a longer one may hold two slips.
SHORTEST_WITH_A_SLIP = 5
SHORTEST_WITH_TWO_SLIPS = 8
# Of what is no name (Dyan, Rily) beside one that is, less is asked.
SHORTEST_MISSPELT = 3
# A child of the same name is born later than this, a namesake brother or sister is not; nobody's child a century later.
SLIPPED_YEARS = 10
CENTURY = 100
_PARTICLES = frozenset(
    ("van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "al",
     "el", "ter", "ten", "zu", "zum", "zur", "af", "av")
)  # fmt: skip


def relate_given_names(one: str | None, other: str | None, established: Set[str]) -> Relation:
    """Say whether two folded given names may be one person's: word by word, as far as the shorter one goes."""
    if not one or not other:
        return "unknown"
    if one.replace(" ", "") == other.replace(" ", ""):
        return "agree"
    fits = all(_fits(a, b, established) for a, b in zip(one.split(), other.split(), strict=False))
    if not fits and (" " in one) != (" " in other):
        fits = _fits(one.replace(" ", ""), other.replace(" ", ""), established)
    return "agree" if fits else "conflict"


def relate_family_names(one: str | None, other: str | None, established: Set[str]) -> Relation:
    """Say whether two folded family names may be one person's: equal, one a part of the other, or a slip apart."""
    if not one or not other:
        return "unknown"
    words, others = _bare(one), _bare(other)
    if words <= others or others <= words or "".join(one.split()) == "".join(other.split()):
        return "agree"
    if one in established and other in established:
        return "conflict"
    return "agree" if is_slip(one, other) or is_near(one, other) else "conflict"


def are_swapped(given: str | None, family: str | None, other_given: str | None, other_family: str | None) -> bool:
    """Tell whether two full names are the same but for which part stands first, but for a slip in one of them."""
    if not (given and family and other_given and other_family) or min(map(len, (given, other_given))) < 2:
        return False
    if family == other_given:
        return given == other_family or is_slip(given, other_family) or is_near(given, other_family)
    return given == other_family and (is_slip(family, other_given) or is_near(family, other_given))


def is_slipped_date(one: str, other: str) -> bool:
    """Tell whether two ISO dates are one, written down wrongly once.

    One digit, two neighbouring digits exchanged, day and month exchanged, or 1 January where only the year was known;
    never ten years apart, but for the century.
    """
    years = abs(int(one[:4]) - int(other[:4]))
    if years >= SLIPPED_YEARS:
        return years == CENTURY and one[4:] == other[4:]
    if years == 0 and "-01-01" in (one[4:], other[4:]):
        return True
    is_turned = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return is_turned or _distance(one.replace("-", ""), other.replace("-", "")) == 1


def is_slip(one: str, other: str) -> bool:
    """Tell whether two spellings are one or, in longer names, two slips apart: a letter more, less, other or moved."""
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_WITH_A_SLIP or not (one + other).replace(" ", "").isalpha():
        return False
    return _distance(one, other) <= (2 if shorter >= SHORTEST_WITH_TWO_SLIPS else 1)


def is_near(one: str, other: str) -> bool:
    """Tell whether two spellings, not both of three letters, are one slip apart: enough where one is no name."""
    lengths = sorted((len(one), len(other)))
    if lengths[0] < SHORTEST_MISSPELT or lengths[1] == SHORTEST_MISSPELT or not (one + other).isalpha():
        return False
    return _distance(one, other) == 1


def _fits(one: str, other: str, established: Set[str]) -> bool:
    if one == other:
        return True
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if _is_short_for(one, other) or _is_short_for(other, one):
        return True
    return _is_misspelt(one, other, established)


def _is_misspelt(one: str, other: str, established: Set[str]) -> bool:
    """Tell whether one is a spelling of the other; two that are both names are not."""
    unknown = [name for name in (one, other) if not _is_known(name, established)]
    if len(unknown) == 1:
        # what is no name may be the beginning of one, where a column was too narrow
        name = other if unknown == [one] else one
        return is_slip(one, other) or is_near(one, other) or name.startswith(unknown[0])
    return len(unknown) == 2 and (is_slip(one, other) or _are_of_one_name(one, other, established))


def _are_of_one_name(one: str, other: str, established: Set[str]) -> bool:
    """Tell whether two spellings that are no names are each one slip away from the same name."""
    if min(len(one), len(other)) <= SHORTEST_MISSPELT or _distance(one, other) > 2:
        return False
    return any(_is_known(name, established) for name in _spellings(one) & _spellings(other))


@lru_cache(maxsize=10_000)
def _spellings(name: str) -> frozenset[str]:
    """List what one slip of the pen can make of a name: a letter less, exchanged, other or more."""
    cuts = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    fewer = {head + tail[1:] for head, tail in cuts if tail}
    moved = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    other = {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase}
    more = {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}
    return frozenset(fewer | moved | other | more)


def _is_known(name: str, established: Set[str]) -> bool:
    return name in established or name in _listed_names()


def _bare(family: str) -> frozenset[str]:
    words = frozenset(family.split())
    return (words - _PARTICLES) or words


def _distance(one: str, other: str) -> int:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=2)


@cache
def _nicknames() -> NickNamer:
    from nicknames import NickNamer

    return NickNamer()


@lru_cache(maxsize=100_000)
def _is_short_for(short: str, long: str) -> bool:
    return short in _nicknames().nicknames_of(long)


@cache
def _listed_names() -> frozenset[str]:
    from nicknames import name_triplets

    listed = frozenset(name for triplet in name_triplets() for name in (triplet.name1, triplet.name2))
    return listed | frozenset((files("pipeline.identity") / "given_names.txt").read_text(encoding="ascii").split())
