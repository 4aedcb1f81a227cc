"""E-mail, name, postcode, date of birth: as written → the form in which two of them are the same.

This room looks at one value at a time and decides nothing about people. What identifies nobody (a role
mailbox, a domain that does not exist) comes out null.
"""

from __future__ import annotations

import polars as pl

PLACEHOLDERS = ("", "null", "none", "n/a", "na", "nan", "-", "--", "?", "unknown", "not available", "xxx")
_ROLE_MAILBOXES = (
    "info", "noreply", "no-reply", "donotreply", "admin", "sales", "support", "contact", "office", "postmaster",
    "webmaster", "abuse", "test", "none", "null", "unknown", "na", "hello", "marketing", "billing", "accounts",
)  # fmt: skip
_NO_DOMAINS = r"(?:^|\.)(?:invalid|localhost|test)$"
_EMAIL = r"^[^\s@\"(),:;<>\[\]\\]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$"
_TITLES = r"^(?:(?:(?:mr|mrs|ms|miss|dr|prof|sir|dame|mx|herr|frau|mme)\.?|m\.)\s+)+"
_INVISIBLE = r"[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]"
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y")


def is_placeholder(text: pl.Expr, own: list[str]) -> pl.Expr:
    """Tell whether a cell holds nothing: null, blank or a declared way of saying so (semantics, section 6)."""
    words = [*PLACEHOLDERS, *(word.strip().lower() for word in own)]
    return text.fill_null("").str.strip_chars().str.to_lowercase().is_in(words)


def collapse(text: pl.Expr) -> pl.Expr:
    """Trim text and make every run of white space one blank."""
    return text.str.strip_chars().str.replace_all(r"\s+", " ")


def normalise_email(text: pl.Expr) -> pl.Expr:
    """Bring an address into matching form; null if it is none, or nobody's own."""
    plain = text.str.replace_all(_INVISIBLE, "").str.strip_chars().str.to_lowercase()
    is_real = plain.str.contains(_EMAIL) & (plain.str.len_bytes() <= 254)
    is_role = plain.str.extract(r"^([^@]*)@").is_in(_ROLE_MAILBOXES)
    is_nowhere = plain.str.extract(r"@(.*)$").str.contains(_NO_DOMAINS)
    return pl.when(is_real & ~is_role & ~is_nowhere).then(plain)


def normalise_address(text: pl.Expr) -> pl.Expr:
    """Bring a postal address into matching form: lower case, single blanks."""
    return _null_if_blank(collapse(text.str.to_lowercase()))


def fold_name(text: pl.Expr) -> pl.Expr:
    """Bring a name into matching form: lower case, without titles and punctuation."""
    lower = collapse(text.str.replace_all(_INVISIBLE, "").str.to_lowercase()).str.replace(_TITLES, "")
    return _null_if_blank(collapse(lower.str.replace_all(r"[^\p{L}\p{M}\p{N}\s]", "")))


def given_of_full(text: pl.Expr) -> pl.Expr:
    """Take the given name, folded, from a full name: its first word."""
    return fold_name(_in_order(text)).str.extract(r"^(\S+)")


def family_of_full(text: pl.Expr) -> pl.Expr:
    """Take the family name, folded, from a full name: its last word, if there are two."""
    return fold_name(_in_order(text)).str.extract(r"\s(\S+)$")


def fold_postcode(text: pl.Expr) -> pl.Expr:
    """Bring a postcode into matching form: lower case, no blanks."""
    return _null_if_blank(text.str.to_lowercase().str.replace_all(r"\s", ""))


def read_birth_date(text: pl.Expr) -> pl.Expr:
    """Read a date of birth into ISO text; null for forms that leave day and month open (04/05/1980)."""
    day = text.str.strip_chars().str.replace(r"[T ]\d{2}:.*$", "")
    forms = [day.str.to_date(form, strict=False) for form in _DATE_FORMS]
    return pl.coalesce(forms).dt.strftime("%Y-%m-%d")


def fold_country(text: pl.Expr) -> pl.Expr:
    """Read an ISO 3166 code of two or three letters into upper case; null for anything else."""
    return text.str.strip_chars().str.to_uppercase().str.extract(r"^([A-Z]{2,3})$")


def _in_order(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"(?s)^([^,]*),(.*)$", "${2} ${1}")


def _null_if_blank(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
