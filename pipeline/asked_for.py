"""Who is asked for: what somebody typed → what to look for, and which datasets can be asked for it.

What cannot be looked for is refused, so that nobody takes silence for an answer (semantics, section 7). No message
repeats what was typed. This room looks at no row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.incident_file import IncidentSource
from pipeline.intake.emails import read_email
from pipeline.intake.normalise import PLACEHOLDERS
from pipeline.intake.one_person import Wanted, datasets_holding, looks_like_phone, read_contact, read_same_person

WHERE = "scope why-not"
KINDS = {"email": "an e-mail address", "phone": "a telephone number", "postal_address": "a postal address"}
_NAMED = re.compile(r"[\w.-]+:\S")
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True)
class Inquiry:
    """What is looked for; `read_as` is `key` or a kind of contact value.

    `datasets` are asked, `others` hold no such value in clear. `is_readable` is false for an e-mail address that can be
    compared as it is spelled only.
    """

    wanted: Wanted
    read_as: str
    datasets: tuple[str, ...]
    others: tuple[str, ...]
    is_readable: bool = True


def read_inquiry(source: IncidentSource, typed: str) -> Inquiry:
    """Read `dataset:key`, an e-mail address, a telephone number or a postal address.

    Raises UsageError for what cannot be looked for, InputError if the dataset of a key cannot be read.
    """
    text, datasets = typed.strip(), source.model.datasets
    named = sorted((name for name in datasets if text.startswith(f"{name}:")), key=len)
    if named:
        return _by_key(source, named[-1], text[len(named[-1]) + 1 :].strip())
    if _NAMED.match(text):
        raise _cannot("no dataset of the incident has the name before the colon", _known(list(datasets)))
    kind = _kind_of(text)
    wanted = read_contact(text, source.model.identity.phone_region)
    if kind == "phone" and not wanted.phones:
        raise _unread_phone(source.model.identity.phone_region)
    asked = datasets_holding(source, kind)
    if not asked:
        raise _cannot(
            f"that reads as {KINDS[kind]}, and no dataset of the incident maps such a column stored in clear",
            "nobody could be looked for by it: ask by another contact value, or by dataset:key",
        )
    others = tuple(name for name in datasets if name not in asked)
    return Inquiry(wanted, kind, asked, others, kind != "email" or read_email(text) is not None)


def refuse_unread(inquiry: Inquiry) -> None:
    """Raise UsageError for an e-mail address that nobody can read and that no cell is spelled like."""
    if not inquiry.is_readable:
        raise _cannot(
            "that is no e-mail address that can be read, and no cell is spelled just so",
            "this proves nothing: look for a slip of the keyboard, or ask by another contact value or dataset:key",
        )


def _by_key(source: IncidentSource, name: str, key: str) -> Inquiry:
    if not key:
        raise _cannot("no key stands behind the dataset's name", f"write it as {name}:KEY")
    return Inquiry(read_same_person(source, name, key), "key", (name,), ())


def _kind_of(text: str) -> str:
    if "@" in text:
        return "email"
    if looks_like_phone(text):
        return "phone"
    if _WORD.search(text) and text.lower() not in PLACEHOLDERS:
        return "postal_address"
    raise _cannot(
        "that is no e-mail address, telephone number, postal address or dataset:key",
        "it could not be looked for: type one of these",
    )


def _unread_phone(region: str | None) -> UsageError:
    if region is None:
        return _cannot(
            "a telephone number without its country code cannot be looked for",
            "type it as +44 …, or write identity.phone_region in the incident file and run again",
        )
    return _cannot(
        f"that is no telephone number anybody can have, read as one of {region}",
        "it could not be looked for: type it with its country code, as +44 …",
    )


def _known(names: list[str]) -> str:
    return f"it could not be looked for; the datasets: {', '.join(names)}"


def _cannot(what: str, remedy: str) -> UsageError:
    return UsageError(what, where=WHERE, remedy=remedy)
