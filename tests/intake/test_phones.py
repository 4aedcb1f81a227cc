"""Telephone numbers: the quick way and the library's way say the same (decision D21 b)."""

from __future__ import annotations

import random

import phonenumbers
import polars as pl
import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake.phones import _read_plain, normalise_phones, read_phone, require_region


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("+44 20 7946 0958", None, "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("415.555.2671", "US", "+14155552671"),
        ("415-555-2671", None, None),
        ("0000000000", "US", None),
        ("555-0000", "US", None),
        ("+44 300 000 0000", "GB", None),
        ("+44 333 333 3333", "GB", None),
        ("2222222222", "US", None),
        ("call me", "US", None),
        ("9" * 10_000, "US", None),
        ("", "US", None),
    ],
)
def test_numbers(text: str, region: str | None, value: str | None) -> None:
    assert normalise_phones(pl.Series([text, None, text]), region).to_list() == [value, None, value]


def mutated(region: str, number: random.Random) -> str:
    digits = list(phonenumbers.national_significant_number(phonenumbers.example_number(region)))
    for _ in range(number.randrange(6)):
        digits[number.randrange(len(digits))] = str(number.randrange(10))
    country = phonenumbers.country_code_for_region(region)
    return number.choice(["", "0", "1", f"+{country}", f"+{country} (0)", str(country)]) + "".join(digits)


@pytest.mark.parametrize("region", ["US", "GB", "DE", "IT", "BR", None])
def test_the_quick_way_never_disagrees(region: str | None) -> None:
    number = random.Random(7)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    texts = [mutated(region or number.choice(regions), number) for _ in range(400)]
    texts += [mutated(number.choice(regions), number) for _ in range(400)]
    quick = _read_plain(pl.Series(texts), region).to_list()
    found = [(text, fast) for text, fast in zip(texts, quick, strict=True) if fast is not None]
    assert len(found) > 20
    assert found == [(text, read_phone(text, region)) for text, _ in found]


@pytest.mark.parametrize("region", ["US", None])
def test_a_column_of_any_writing_is_read_as_the_library_reads_each(region: str | None) -> None:
    number = random.Random(11)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    texts = [mutated(number.choice([*regions, "US", "CA", "JM", "DO"]), number) for _ in range(1_500)]
    texts += [text.replace("1", "\u0661", 1) for text in texts[:100]]
    texts += [f" {text[:5]}-{text[5:]} " for text in texts[:300]]
    column = pl.Series([*texts, None, "", *texts[:200]])
    expected = [None if text is None else read_phone(text, region) for text in column.to_list()]
    assert normalise_phones(column, region).to_list() == expected


def test_a_column_may_lie_in_pieces() -> None:
    pieces = pl.concat([pl.Series(["+49 30 901820"]), pl.Series(["+49 30 901820", "x"])], rechunk=False)
    assert normalise_phones(pieces, None).to_list() == ["+4930901820", "+4930901820", None]


def test_a_country_without_numbers_is_refused() -> None:
    require_region(None, "incident.yaml:3")
    require_region("GB", "incident.yaml:3")
    with pytest.raises(ConfigurationError, match=r"^incident.yaml:3: is no country"):
        require_region("QQ", "incident.yaml:3")
