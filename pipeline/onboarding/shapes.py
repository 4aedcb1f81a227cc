"""Some values of a column → what shape they have, as shares; nothing of a value leaves this room.

This room knows what e-mail addresses, card numbers, IBANs, network addresses, hashes and masks look like; it must not
know names of columns. What many kinds of values share (names, cities, dates) tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address

_EMAIL = re.compile(r"[^@\s*•]+@[^@\s*•]+\.[^@\s.*•]{2,}")
_PHONE = re.compile(r"(\+|00)[1-9][\d\s().\-/]{6,18}|\(?0\d{1,5}\)?[\d\s.\-/]{5,14}|\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}")
_SSN = re.compile(r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_HASH = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{128}|\$(2[abxy]|argon2\w*|5|6)\$.+", re.I
)
_MASKED = re.compile(r"(?=.*[*•xX#]{3})[*•xX#\s\-\d@.a-z]+", re.I)
_MASK_SIGNS = re.compile(r"[*•#]{2}|(?<![A-Za-z])[xX]{4}")
_TOKEN = re.compile(r"(tok|token|tkn|card|pm|src)_[A-Za-z0-9]{8,}")


def shares_of(values: Sequence[str]) -> dict[str, float]:
    """Tell which share of the values that are not blank has each shape; empty if there are none."""
    texts = [text for text in (value.strip() for value in values) if text]
    if not texts:
        return {}
    return {name: sum(map(has, texts)) / len(texts) for name, has in _SHAPES.items()}


def is_unique(values: Sequence[str]) -> bool:
    """Tell whether every value is there and none twice, as a key's are."""
    texts = [value.strip() for value in values]
    return bool(texts) and all(texts) and len(set(texts)) == len(texts)


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and 7 <= sum(sign.isdigit() for sign in text) <= 15


def _is_card(text: str) -> bool:
    """Thirteen to nineteen digits, first one to six, whose check digit holds (ISO/IEC 7812)."""
    digits = re.sub(r"[ \-]", "", text)
    if not digits.isascii() or not digits.isdigit() or not 13 <= len(digits) <= 19 or digits[0] not in "123456":
        return False
    doubled = (sum(divmod(2 * int(sign), 10)) for sign in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """Country, check digits and account, whose remainder by 97 is 1 (ISO 13616)."""
    plain = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _is_address(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_masked(text: str) -> bool:
    return _MASKED.fullmatch(text) is not None and _MASK_SIGNS.search(text) is not None


_SHAPES: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone,
    "social_security_number": lambda text: _SSN.fullmatch(text) is not None,
    "card_number": _is_card,
    "iban": _is_iban,
    "ip_address": _is_address,
    "hashed": lambda text: _HASH.fullmatch(text) is not None,
    "masked": _is_masked,
    "tokenised": lambda text: _TOKEN.fullmatch(text) is not None,
}
