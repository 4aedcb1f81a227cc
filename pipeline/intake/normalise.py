"""Placeholders, postcodes, addresses, countries and numbers: as written → the form in which two of them are the same.

This room looks at one value at a time and decides nothing about people. E-mail addresses, telephone numbers, names and
dates of birth have rooms of their own.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.names import to_ascii

PLACEHOLDERS = ("", "null", "none", "n/a", "na", "nan", "-", "--", "?", "unknown", "not available", "xxx")
_STREET_WORDS = {
    "street": "st", "road": "rd", "avenue": "ave", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct",
    "crescent": "cres", "circuit": "cct", "close": "cl", "boulevard": "blvd", "square": "sq", "apartment": "apt",
}  # fmt: skip


def is_placeholder(text: pl.Expr, own: list[str]) -> pl.Expr:
    """Tell whether a cell holds nothing: null, blank or a declared way of saying so (semantics, section 6)."""
    words = [*PLACEHOLDERS, *(word.strip().lower() for word in own)]
    # most cells begin as no such word does; only the others are trimmed and brought into lower case
    begins = {word[:1] for word in words}
    others = [chr(code) for code in range(ord("!"), ord("~") + 1) if chr(code).lower() not in begins]

    def judge(texts: pl.Series) -> pl.Series:
        is_nothing = texts.is_null() | (texts == "")
        may_be = ~is_nothing & ~texts.str.head(1).is_in(others)
        may_be = may_be.fill_null(False)
        if may_be.any():
            plain = texts.filter(may_be).str.strip_chars().str.to_lowercase()
            is_nothing = is_nothing.scatter(may_be.arg_true(), plain.is_in(words))
        return is_nothing.fill_null(True)

    return text.map_batches(judge, return_dtype=pl.Boolean)


def collapse(text: pl.Expr) -> pl.Expr:
    """Trim text and make every run of white space one blank."""
    return text.str.strip_chars().str.replace_all(r"\s+", " ")


def normalise_address(text: pl.Expr) -> pl.Expr:
    """Bring a postal address into matching form: lower case, single blanks."""
    return _null_if_blank(collapse(text.str.to_lowercase()))


def fold_postcode(text: pl.Expr) -> pl.Expr:
    """Bring a postcode into matching form: lower case, no blanks."""
    return _null_if_blank(text.str.to_lowercase().str.replace_all(r"\s", ""))


def fold_address(text: pl.Expr) -> pl.Expr:
    """Bring a postal address into the form in which two are one place; null for one without a number or a street.

    Other scripts in plain letters, no punctuation or blanks, usual words for streets shortened wherever they stand.
    """
    plain = to_ascii(text).str.to_lowercase().str.replace_all("strasse", "str")
    bare = plain.str.replace_all(r"[^a-z0-9]+", "")
    for word, short in _STREET_WORDS.items():
        bare = bare.str.replace_all(word, short, literal=True)
    # the whole folding would be done anew for each place where `bare` stands in an expression
    return bare.map_batches(_places_alone, return_dtype=pl.String)


def _places_alone(bare: pl.Series) -> pl.Series:
    is_place = bare.str.contains(r"[0-9]") & bare.str.contains(r"[a-z]{3}")
    return bare.to_frame("bare").select(pl.when(is_place).then("bare")).to_series()


def fold_place(text: pl.Expr) -> pl.Expr:
    """Bring the name of a town into matching form: its plain letters."""
    return _null_if_blank(to_ascii(text).str.to_lowercase().str.replace_all(r"[^a-z0-9]", ""))


def fold_number(text: pl.Expr) -> pl.Expr:
    """Bring a number that somebody gave out (customer, card, passport) into matching form: its letters and digits.

    Null for what is too short to be one, or one digit over and over, or what was masked.
    """
    bare = text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    is_number = bare.str.len_chars() >= 3
    is_varied = bare.str.replace_all(r"^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|x+)$", "") != ""
    is_masked = text.str.contains(r"[*•●]|(?i:x{4})")
    return pl.when(is_number & is_varied & ~is_masked).then(bare)


def fold_country(text: pl.Expr) -> pl.Expr:
    """Read an ISO 3166 code of two or three letters into upper case; null for anything else."""
    return text.str.strip_chars().str.to_uppercase().str.extract(r"^([A-Z]{2,3})$")


def _null_if_blank(text: pl.Expr) -> pl.Expr:
    return text.replace([""], [None])
