"""Column names as people write them → the words they are made of: `billingAddr1`, `CUST_EMAIL`, `properties.firstname`.

This room knows spelling, not meaning.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any


@cache
def word_list(name: str) -> frozenset[str]:
    """Read one of the word lists of `name_words.toml`."""
    return frozenset(_read_words()[name].split())


@cache
def _spelled() -> dict[str, str]:
    """What stands for other words."""
    words: dict[str, str] = _read_words()["spelled"]
    return {_plain(word): stands for word, stands in words.items()}


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Several words that stand for others, the longest first."""
    phrases: dict[str, str] = _read_words()["phrases"]
    ordered = sorted(phrases.items(), key=lambda item: -len(item[0]))
    return tuple((re.compile(rf"\b{phrase}\b"), stands) for phrase, stands in ordered)


def _plain(text: str) -> str:
    """Lower case, without accents: `Código` and `CODIGO` are one word."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _read_words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("name_words.toml").read_text(encoding="utf-8"))


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_TOGETHER = ((r"\be mail\b", "email"), (r"\bf name\b", "first name"), (r"\bl name\b", "last name"))
_OTHER = re.compile(r"[^a-z0-9øæ]+")

# Words that stand in one piece in many names; longer ones first, so that `emailaddress` is not `e mail address`.
_GLUED = sorted(word_list("glued"), key=len, reverse=True)


@cache
def words_of(name: str) -> tuple[str, ...]:
    """List the words of a name, lower case, short forms spelled out: `custFName` is customer, first, name."""
    text = " ".join(_OTHER.split(_plain(" ".join(_CAMEL.split(name)))))
    for phrase, stands in _phrases():
        text = phrase.sub(stands, text)
    words = " ".join(word for part in text.split() for word in _spell(part))
    for apart, together in _TOGETHER:
        words = re.sub(apart, together, words)
    return tuple(words.split())


def _spell(part: str) -> list[str]:
    if part in _spelled():
        return _spelled()[part].split()
    pieces = _unglue(part)
    if len(pieces) < 2:
        return [part]
    return [word for piece in pieces for word in (_spelled().get(piece, piece)).split()]


def _unglue(part: str) -> list[str]:
    """Split `firstname` into words, if words are all it is made of."""
    if not part:
        return []
    for word in _GLUED:
        if part == word:
            return [word] if word in _spelled() or not _splits(word) else _splits(word)
    return _splits(part) or [part]


@cache
def _splits(part: str) -> list[str]:
    for word in _GLUED:
        if part.startswith(word) and len(word) < len(part):
            rest = part[len(word) :]
            if rest in _GLUED:
                return [*(_splits(word) or [word]), *(_splits(rest) or [rest])]
            deeper = _splits(rest)
            if deeper:
                return [*(_splits(word) or [word]), *deeper]
    return []
