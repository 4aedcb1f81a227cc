"""Dates of birth in the wild → ISO text, or null where nobody knew.

This room reads one value at a time and joins nobody. 04/05/1980 may be either of two days: the day is taken to stand
first, always, so that two who were born in different years are told apart; two readings of one day then differ by no
more than an exchange of day and month, which is a slip of the pen. Of two figures the century is guessed, for a wrong
century is a slip too, and an unread date would let parent and child be one. What systems write where nobody knew (1
January 1900, the computers' epoch) is no birth date: people who share it have nothing in common.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.distinct import read_sparingly

_FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y",
    "%d-%b-%Y", "%Y-%b-%d", "%d%m%Y", "%m%d%Y",
)  # fmt: skip
_NOBODY_KNEW = (
    "1582-10-15", "1601-01-01", "1753-01-01", "1858-11-17", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01",
    "1970-01-01",
)  # fmt: skip
# Archives describe the dead too.
_EARLIEST, _LATEST = 1500, 2100
# The year last and of two figures, in figures throughout or with the month as a word; below 30 it is of this century.
_SHORT_YEAR = r"^(\d{1,2}[./-]\d{1,2}[./-]|\d{1,2}[ -][A-Za-z]{3,9}[ -])"


def read_birth_date(text: pl.Expr) -> pl.Expr:
    """Read a date of birth into ISO text, the day first where that is open; null for placeholders."""
    return read_sparingly(text, _read_any, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", _read_iso)


def _read_iso(text: pl.Expr) -> pl.Expr:
    return _told(text.str.to_date("%Y-%m-%d", strict=False), text)


def _read_any(text: pl.Expr) -> pl.Expr:
    day = text.str.strip_chars().str.replace(r"[T ]\d{2}:.*$", "")
    day = day.str.replace_all("[年月]", "-").str.replace("日$", "")
    day = day.str.replace(r"^0?1[./-]0?1[./-]00$", "1900-01-01")
    for years, century in (("[0-2]", "20"), ("[3-9]", "19")):
        day = day.str.replace(rf"{_SHORT_YEAR}({years}\d)$", f"${{1}}{century}${{2}}")
    worded = day.str.replace_all(r"(\d)(?:st|nd|rd|th)\b", "${1}").str.replace_all(r"[ ,]+", " ")
    worded = worded.str.replace(r"(?i)\bsept\b\.?", "Sep")
    forms = [worded.str.to_date(form, strict=False) for form in _FORMS]
    slashed = day.str.replace_all("-", "/")
    by_day = slashed.str.to_date("%d/%m/%Y", strict=False)
    by_month = slashed.str.to_date("%m/%d/%Y", strict=False)
    read = pl.coalesce(*forms, by_day, by_month)
    return _told(read, read.dt.strftime("%Y-%m-%d"))


def _told(read: pl.Expr, iso: pl.Expr) -> pl.Expr:
    is_real = read.dt.year().is_between(_EARLIEST, _LATEST) & ~iso.is_in(_NOBODY_KNEW)
    return pl.when(is_real).then(iso)
