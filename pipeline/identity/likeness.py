"""Are two names, or two birth dates, those of one person? One pair at a time, each distinct pair once.

`agree`, `conflict`, or `unknown` where one is missing (semantics, section 8). Names agree if they are equal word by
word, an initial and its name, a name and its short form (the `nicknames` library's list), or one slip of the pen apart.
What two established names differ by is no slip: Martin is not Marvin. This room knows texts and nothing of people.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from nicknames import NickNamer

Relation = Literal["agree", "unknown", "conflict"]

# Below, one letter changes one name into another (Anna, Anne; Tim, Tom); a longer one may hold two slips.
SHORTEST_WITH_A_SLIP = 5
SHORTEST_WITH_TWO_SLIPS = 8
# A child of the same name is born later than this, a namesake brother or sister is not.
SLIPPED_YEARS = 10
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
    return "agree" if fits else "conflict"


def relate_family_names(one: str | None, other: str | None, established: Set[str]) -> Relation:
    """Say whether two folded family names may be one person's: equal, one a part of the other, or a slip apart."""
    if not one or not other:
        return "unknown"
    words, others = _bare(one), _bare(other)
    if words <= others or others <= words or "".join(one.split()) == "".join(other.split()):
        return "agree"
    return "agree" if is_slip(one, other) and not (one in established and other in established) else "conflict"


def are_swapped(given: str | None, family: str | None, other_given: str | None, other_family: str | None) -> bool:
    """Tell whether two full names are the same but for which part stands first, but for a slip in one of them."""
    if not (given and family and other_given and other_family) or min(map(len, (given, other_given))) < 2:
        return False
    crossed = (given == other_family, family == other_given)
    return all(crossed) or (
        any(crossed) and (is_slip(given, other_family) if crossed[1] else is_slip(family, other_given))
    )


def is_slipped_date(one: str, other: str) -> bool:
    """Tell whether two ISO dates are one, written down wrongly once.

    One digit, two neighbouring digits exchanged, or day and month exchanged; never ten years apart.
    """
    if abs(int(one[:4]) - int(other[:4])) >= SLIPPED_YEARS:
        return False
    is_turned = one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
    return is_turned or _distance(one.replace("-", ""), other.replace("-", "")) == 1


def is_slip(one: str, other: str) -> bool:
    """Tell whether two spellings are one or, in longer names, two slips apart: a letter more, less, other or moved."""
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_WITH_A_SLIP or not (one + other).replace(" ", "").isalpha():
        return False
    return _distance(one, other) <= (2 if shorter >= SHORTEST_WITH_TWO_SLIPS else 1)


def _fits(one: str, other: str, established: Set[str]) -> bool:
    if one == other:
        return True
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if _is_short_for(one, other) or _is_short_for(other, one):
        return True
    return is_slip(one, other) and not (_is_known(one, established) and _is_known(other, established))


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

    return frozenset(name for triplet in name_triplets() for name in (triplet.name1, triplet.name2))
