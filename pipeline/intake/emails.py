"""E-mail addresses as written → the form in which two of them are the same mailbox.

Syntax and Unicode are the `email-validator` library's (RFC 5321, 5322, 6531; IDNA 2008). It reads a few thousand
addresses a second, so plain ASCII ones are judged all at once by a pattern that admits only what the library admits
and leaves as it is; the others are read one by one, each distinct text once. This room knows no person: what is
nobody's own mailbox (a role, a domain that cannot exist) comes out null.

A mailbox is matched in lower case, for no provider of note tells `Ann@` from `ann@`. A `+tag` stays: two customers may
differ in nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

INVISIBLE = r"[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{feff}]"
ROLE_MAILBOXES = (
    "info", "noreply", "no-reply", "donotreply", "do-not-reply", "admin", "sales", "support", "contact", "office",
    "postmaster", "webmaster", "hostmaster", "abuse", "test", "none", "null", "unknown", "na", "hello", "marketing",
    "billing", "accounts", "mailer-daemon", "nobody", "noemail", "no-email", "no_reply", "no.reply", "do_not_reply",
    "noc", "security", "helpdesk", "service", "customerservice", "enquiries", "kontakt", "kundenservice", "contacto",
    "contato", "contatto", "no_email",
)  # fmt: skip
_ROLE = rf"^(?:{'|'.join(map(re.escape, ROLE_MAILBOXES))})(?:\+[^@]*)?@"
_LONGEST, _LONGEST_PLAIN = 320, 254
_NO_DOMAINS = r"(?:^|\.)(?:invalid|localhost|test|local|onion|arpa)$"
# What a mask left of an address is nobody's own.
_MASKED = r"\*\*|^\*@|•"
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,63}}$"
# A label with hyphens in its third and fourth place is encoded Unicode, and the library's to read.
_ENCODED = r"[@.]..--"


def normalise_emails(texts: pl.Series) -> pl.Series:
    """Bring addresses into matching form; null for what is none, or nobody's own."""
    address = texts.str.to_lowercase()
    is_plain = _are_plain(address)
    if not is_plain.all():
        others = texts.filter(~is_plain).unique(maintain_order=True)
        known = pl.DataFrame({"text": others, "read": _read_others(others)})
        found = pl.DataFrame({"text": texts, "plain": address, "is_plain": is_plain}).join(
            known, on="text", how="left", maintain_order="left"
        )
        address = found.select(pl.when("is_plain").then("plain").otherwise("read").alias("address")).to_series()
    is_nobodys = address.str.contains(_ROLE) | address.str.contains(_NO_DOMAINS) | address.str.contains(_MASKED)
    return address.to_frame("address").select(pl.when(~is_nobodys).then("address").alias("value")).to_series()


def _are_plain(lowered: pl.Series) -> pl.Series:
    """Tell which lower-case texts are addresses that the library leaves as they are; null for null."""
    is_plain = lowered.str.contains(_PLAIN) & (lowered.str.len_bytes() <= _LONGEST_PLAIN)
    has_hyphens = lowered.str.contains("--", literal=True)
    return is_plain & ~lowered.str.contains(_ENCODED) if has_hyphens.any() else is_plain


def _read_others(texts: pl.Series) -> pl.Series:
    """Read distinct texts that are not plain as they stand: trimmed and without what nobody sees, or by the library."""
    plain = texts.str.replace_all(INVISIBLE, "").str.strip_chars().str.to_lowercase()
    is_plain = _are_plain(plain)
    doubtful = texts.filter(~is_plain & plain.str.contains("@", literal=True))
    read = pl.Series([_matching(text) for text in doubtful.to_list()], dtype=pl.String)
    found = pl.DataFrame({"text": texts, "plain": plain, "is_plain": is_plain}).join(
        pl.DataFrame({"text": doubtful, "read": read}), on="text", how="left", maintain_order="left"
    )
    return found.select(pl.when("is_plain").then("plain").otherwise("read").alias("address")).to_series()


def normalise_email(text: pl.Expr) -> pl.Expr:
    """Bring a column of addresses into matching form, as `normalise_emails` does."""
    return text.map_batches(normalise_emails, return_dtype=pl.String)


@lru_cache(maxsize=100_000)
def read_email(text: str) -> str | None:
    """Read one address as the library does, the case of its local part kept; null for what is none."""
    from email_validator import EmailNotValidError, validate_email

    if len(text) > _LONGEST:
        return None
    try:
        read = validate_email(text, check_deliverability=False, allow_quoted_local=True, allow_display_name=True)
        return read.normalized
    except (EmailNotValidError, ValueError):
        return None


def _matching(text: str) -> str | None:
    bare = "".join(letter for letter in text.strip() if not _is_invisible(letter))
    read = read_email(bare)
    return None if read is None else read.lower()


def _is_invisible(letter: str) -> bool:
    code = ord(letter)
    return 0x200B <= code <= 0x200F or 0x202A <= code <= 0x202E or 0x2060 <= code <= 0x2069 or code == 0xFEFF
