"""What to say of a mistake in the incident file: under which key, what is wrong, what to write.

This room knows words and no models, no lines and no files. It decides what may be repeated to the reader: names and
vocabulary, never what might be a person's value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from pipeline.errors import ConfigurationError
from pipeline.window import parse_instant

Keys = tuple[str | int, ...]

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to correct: under which key, what is wrong, what to write."""

    keys: Keys
    what: str
    remedy: str


def show(word: str) -> str:
    """Quote a word of the file, unless it might be a person's value or harm a terminal."""
    is_harmless = word and len(word) <= 60 and word.isprintable() and "@" not in word
    return f"'{word}'" if is_harmless else "(not shown)"


def suggest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Name the nearest known word, or else list them."""
    words = list(known)
    folded = {name.casefold(): name for name in words}
    near = get_close_matches(word[:80].casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean {show(folded[near[0]])}?"
    listed = ", ".join(words[:12]) + (", …" if len(words) > 12 else "")
    return otherwise or (f"write one of: {listed}" if words else "there is none yet; declare it first")


def unknown_name(keys: Keys, name: str | None, known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Refuse a name that nothing declares; none given is none unknown."""
    if name is not None and name not in known:
        yield Problem(keys, f"unknown {kind} {show(name)}", suggest(name, known))


def unknown_names(keys: Keys, names: list[str], known: Iterable[str], kind: str) -> Iterator[Problem]:
    """Refuse each name of a list that nothing declares."""
    for position, name in enumerate(names):
        yield from unknown_name((*keys, position), name, known, kind)


def unreadable(keys: Keys, read: Callable[[], object]) -> list[Problem]:
    """Try to read a text; a refusal is one problem."""
    try:
        read()
    except ConfigurationError as error:
        return [Problem(keys, error.what, error.remedy)]
    return []


def bad_interval(keys: Keys, zone: str, **stamps: str | None) -> list[Problem]:
    """Judge one or two named stamps, the start first."""
    return read_interval(keys, zone, **stamps)[1]


def read_interval(keys: Keys, zone: str, **stamps: str | None) -> tuple[tuple[datetime, datetime], list[Problem]]:
    """Read one or two named stamps, the start first; an absent one is an open end."""
    ends: list[datetime] = [_FIRST, _LAST]
    problems: list[Problem] = []
    for position, (key, text) in enumerate(stamps.items()):
        if text is None:
            continue
        try:
            ends[position] = parse_instant(text, zone, is_end=key == "until")
        except ConfigurationError as error:
            problems.append(Problem((*keys, key), error.what, error.remedy))
    if not problems and ends[0] >= ends[1]:
        first, last = stamps
        problems.append(Problem((*keys, last), f"{last} is not after {first}", "write the earlier instant first"))
    return (ends[0], ends[1]), problems
