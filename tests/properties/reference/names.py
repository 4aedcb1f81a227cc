"""What a value says about who somebody is (semantics, section 8; D21 a and b)."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "mx", "herr", "frau", "mme"}
ROLES = {
    "info", "noreply", "no-reply", "donotreply", "admin", "sales", "support", "contact", "office", "postmaster",
    "webmaster", "abuse", "test", "none", "null", "unknown", "na", "hello", "marketing", "billing", "accounts",
}  # fmt: skip
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def fold_name(text: str) -> list[str]:
    """Lower-case name parts without titles and punctuation; 'Family, Given' is turned round (D21 a)."""
    text = text.lower()
    family, comma, given = text.partition(",")
    if comma:
        text = f"{given} {family}"
    parts = []
    for word in text.split():
        bare = "".join(letter for letter in word if letter.isalnum())
        if bare and bare not in TITLES and word != "m.":
            parts.append(bare)
    return parts


def given_and_family(full: str, first: str, last: str) -> tuple[str | None, str | None]:
    """First part given, last part family; explicit columns win (D21 a)."""
    parts = fold_name(full)
    given = " ".join(fold_name(first)) or (parts[0] if parts else None)
    family = " ".join(fold_name(last)) or (parts[-1] if len(parts) >= 2 else None)
    return given, family


def fold_postcode(text: str) -> str | None:
    """Lower case, no spaces."""
    return "".join(text.lower().split()) or None


def read_birth_date(text: str) -> str | None:
    """An ISO date, else nothing."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None


def match_email(text: str) -> str | None:
    """The matching form of an address; None if it identifies nobody (D21 b)."""
    text = text.strip().lower()
    if not EMAIL.fullmatch(text):
        return None
    local, _, domain = text.partition("@")
    if local in ROLES or domain.rpartition(".")[2] in ("invalid", "localhost", "test"):
        return None
    return text


def match_phone(text: str, region: str | None) -> str | None:
    """E.164 of a valid number; None if it identifies nobody (D21 b)."""
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or len(set(str(number.national_number))) == 1:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def match_address(text: str) -> str | None:
    """A postal address without differences of case and white space."""
    return " ".join(text.lower().split()) or None
