"""What values look like, and how that and a column's name make one proposal; no value ever shows."""

from __future__ import annotations

import pytest

from pipeline.onboarding.proposals import PERHAPS, SURE, propose_fields
from pipeline.onboarding.shapes import is_unique, shares_of

VALUES = {
    "email": ["ann@mail.example", "bob.b+x@shop.example"],
    "phone": ["+44 20 7946 0958", "(555) 010-9999", "020 7946 0123"],
    "social_security_number": ["123-45-6789"],
    "card_number": ["4111 1111 1111 1111", "5500000000000004", "340000000000009"],
    "iban": ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"],
    "ip_address": ["192.0.2.7", "2001:db8::1"],
    "hashed": ["5f4dcc3b5aa765d61d8327deb882cf99", "$2b$12$abcdefghijklmnopqrstuv"],
    "masked": ["**** **** **** 1234", "XXXX-XXXX-1234", "a***@m***.example", "••••1234"],
    "tokenised": ["tok_1A2b3C4d5E6f"],
}
OTHERS = [
    "",
    "Ann",
    "12",
    "2026-01-01",
    "4111 1111 1111 1112",
    "GB82WEST12345698765433",
    "999.1.1.1",
    "000-12-3456",
    "a@b",
]


@pytest.mark.parametrize("shape", VALUES)
def test_a_shape_is_told_and_no_other_that_would_mislead(shape: str) -> None:
    shares = shares_of([*VALUES[shape], " ", ""])
    assert shares[shape] == 1
    misleading = {"email", "iban", "card_number", "social_security_number", "ip_address", "hashed", "tokenised"} - {
        shape
    }
    assert not [name for name in misleading if shares[name]]


def test_other_values_have_none() -> None:
    assert [name for name, share in shares_of(OTHERS).items() if share] == ["phone"]  # 000-12-3456 could be one
    assert shares_of(["", " "]) == {}


def test_keys_are_unique_and_whole() -> None:
    assert is_unique(["1", "2"])
    assert not is_unique(["1", "1 "])
    assert not is_unique(["1", ""])
    assert not is_unique([])


def proposed(column: str, values: list[str]) -> tuple[str, str, str] | None:
    made = propose_fields("export", [column], {column: values}).get(column)
    return made and (made.field, made.state, made.confidence)


@pytest.mark.parametrize(
    ("column", "shape", "expected"),
    [
        ("email", "email", ("email", "clear", SURE)),
        ("c7", "email", ("email", "clear", SURE)),
        ("username", "email", ("email", "clear", SURE)),
        ("email", "phone", ("email", "clear", PERHAPS)),
        ("email", "hashed", ("email", "hashed", SURE)),
        ("card_number", "masked", ("card_number", "masked", SURE)),
        ("card_number", "tokenised", ("card_number", "tokenised", SURE)),
        ("c7", "iban", ("iban", "clear", SURE)),
        ("c7", "hashed", None),
        ("c7", "phone", None),
        ("phone", "phone", ("phone", "clear", SURE)),
    ],
)
def test_names_and_values_are_weighed(column: str, shape: str, expected: tuple[str, str, str] | None) -> None:
    assert proposed(column, VALUES[shape] * 3) == expected


def test_few_values_tell_nothing() -> None:
    assert proposed("c7", ["ann@mail.example"]) is None
    assert proposed("email", []) == ("email", "clear", SURE)
