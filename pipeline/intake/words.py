"""Our words for what an event did and how it ended, and the words of others that mean them.

This room knows vocabularies and HTTP; it must not know what an action or outcome leads to (semantics, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.intake.distinct import read_each_once

UNKNOWN = "unknown"

_ACTIONS = {
    "view": "view get read select open show",
    "search": "search query find report",
    "export": "export download dump unload backup",
    "copy": "copy",
    "list": "list ls",
    "metadata": "metadata head options stat describe",
    "count": "count aggregate",
    "write": "write put patch insert update create upload",
    "delete": "delete remove truncate",
    "login": "login logon signin logout",
}
_OUTCOMES = {
    "succeeded": ["succeeded", "ok", "success", "allowed", "allow", "permit", "true", "completed"],
    "denied": ["denied", "deny", "forbidden", "unauthorized", "refused", "blocked"],
    "failed": ["failed", "failure", "error", "fail", "false"],
    "aborted": [
        "aborted", "reset", "timeout", "timed_out", "timed out", "cancelled", "canceled", "partial", "interrupted",
    ],
    "not_modified": ["not_modified"],
    "redirected": ["redirected"],
    "no_content": ["no_content"],
}  # fmt: skip
ACTION_WORDS = {word: ours for ours, words in _ACTIONS.items() for word in words.split()}
OUTCOME_WORDS = {word: ours for ours, words in _OUTCOMES.items() for word in words}

_STATUSES = {
    **dict.fromkeys((200, 201, 202, 203, 206, 207), "succeeded"),
    **dict.fromkeys((204, 205), "no_content"),
    **dict.fromkeys(range(300, 400), "redirected"),
    **dict.fromkeys(range(400, 500), "failed"),
    **dict.fromkeys(range(500, 600), "failed"),
    **dict.fromkeys((401, 403, 407), "denied"),
    **dict.fromkeys((408, 499, 504), "aborted"),
    304: "not_modified",
}

_STATUS = r"^([0-9]{1,4})(?:\.0+)?(?:\s.*)?$"
_STATE_LETTERS = {
    "clear": "c", "encrypted_key_exposed": "k", "partial": "p", "hashed": "h", "tokenised": "t", "encrypted": "e",
    "masked": "m",
}  # fmt: skip
READABLE_STATES = ("clear", "encrypted_key_exposed", "partial")
STATE_LETTERS: Mapping[str, str] = _STATE_LETTERS
"""State → letter, most readable first."""


def fold(text: pl.Expr) -> pl.Expr:
    """Bring text into matching form: trimmed, lower case."""
    return text.str.strip_chars().str.to_lowercase()


def read_action(text: pl.Expr | None, own: Mapping[str, str]) -> pl.Expr:
    """Translate a log's action into ours; a log without such a column only views."""
    return pl.lit("view") if text is None else _translate(text, ACTION_WORDS, own)


def read_outcome(text: pl.Expr | None, status: pl.Expr | None, own: Mapping[str, str]) -> pl.Expr:
    """Translate outcome and HTTP status into our outcome; a refusing status wins over a claimed success."""
    code = read_status(status)
    by_status = (
        pl.when(_is_blank(status))
        .then(pl.lit("succeeded"))
        .otherwise(code.replace_strict(_STATUSES, default=UNKNOWN, return_dtype=pl.String))
    )
    if text is None:
        return by_status
    by_text = _translate(text, OUTCOME_WORDS, own)
    is_refused = (by_text == "succeeded") & code.is_between(300, 599)
    return pl.when(_is_blank(text) | is_refused).then(by_status).otherwise(by_text)


def read_word(text: pl.Expr | None, own: Mapping[str, str], known: tuple[str, ...]) -> pl.Expr:
    """Translate a log's word into one of some known words, which mean themselves; any other says nothing: null."""
    if text is None:
        return pl.lit(None, pl.String)
    words = {word: word for word in known} | {word.strip().lower(): ours for word, ours in own.items()}
    return read_each_once(text, lambda word: fold(word).replace_strict(words, default=None, return_dtype=pl.String))


def read_status(text: pl.Expr | None) -> pl.Expr:
    """Read the number of an HTTP status, such as 200 of '200 OK'; null if there is none."""
    if text is None:
        return pl.lit(None, pl.Int64)
    number = read_each_once(text, lambda status: status.str.strip_chars().str.extract(_STATUS))
    return number.cast(pl.Int64, strict=False)


def _is_blank(text: pl.Expr | None) -> pl.Expr:
    return pl.lit(True) if text is None else text.fill_null("").str.strip_chars() == ""


def _translate(text: pl.Expr, built_in: Mapping[str, str], own: Mapping[str, str]) -> pl.Expr:
    words = {**built_in, **{word.strip().lower(): ours for word, ours in own.items()}}
    return read_each_once(text, lambda word: fold(word).replace_strict(words, default=UNKNOWN, return_dtype=pl.String))
